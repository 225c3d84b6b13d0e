"""Fault tests start products of their own with test/lib/pilha.py and break them."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
