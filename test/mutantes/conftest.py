"""The mutants run in products of their own: bancada.py."""
import pathlib
import sys

AQUI = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(AQUI), str(AQUI.parent / "lib")]
