"""The hunter starts a product of its own with test/lib/pilha.py."""
import pathlib
import sys

AQUI = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(AQUI), str(AQUI.parent / "lib")]
