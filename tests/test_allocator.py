"""What the C library is told about memory, and what happens where it cannot be told."""

import ctypes
import os
import subprocess
import sys

import pytest

from autograd import _allocator


@pytest.fixture
def told(monkeypatch):
    """What mallopt is told, on a system that has it and with nothing said in the environment."""
    calls = {}

    class Library:
        @staticmethod
        def mallopt(what, value):
            calls[what] = value
            return 1

    for name in list(os.environ):
        if name.startswith(("MALLOC_", "GLIBC_TUNABLES", "AUTOGRAD_KEEP_MEMORY")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library)
    return calls


@pytest.mark.parametrize(
    ("text", "kept"), [("", 256 << 20), ("1000", 1000), ("4294967296", 2**31 - 1), ("9" * 30, 2**31 - 1)]
)
def test_how_much_is_kept(told, monkeypatch, text, kept):
    monkeypatch.setenv("AUTOGRAD_KEEP_MEMORY", text)
    assert _allocator.keep_memory()
    assert told == {-1: kept, -3: 32 << 20}


@pytest.mark.parametrize("text", ["0", "-1"])
def test_nothing_is_kept(told, monkeypatch, text):
    monkeypatch.setenv("AUTOGRAD_KEEP_MEMORY", text)
    assert not _allocator.keep_memory()
    assert told == {}


@pytest.mark.parametrize("text", ["much", "1e9", "256M"])
def test_what_is_no_number_is_refused_by_name(told, monkeypatch, text):
    monkeypatch.setenv("AUTOGRAD_KEEP_MEMORY", text)
    with pytest.raises(ValueError, match=r"AUTOGRAD_KEEP_MEMORY.*no whole number of bytes"):
        _allocator.keep_memory()


@pytest.mark.parametrize("name", ["MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"])
def test_who_told_the_c_library_himself_is_left_alone(told, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert not _allocator.keep_memory()
    assert told == {}


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_left_alone(told, monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert not _allocator.keep_memory()
    assert told == {}


@pytest.mark.parametrize("error", [OSError, AttributeError])
def test_another_c_library_is_left_alone(told, monkeypatch, error):
    def library(name):
        if error is OSError:
            raise OSError("static")
        return object()

    monkeypatch.setattr(ctypes, "CDLL", library)
    assert not _allocator.keep_memory()


def test_a_python_without_ctypes_can_import_the_package():
    code = "import sys; sys.modules['ctypes'] = None; from autograd import _allocator; assert not _allocator.KEEPS"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "AUTOGRAD_KEEP_MEMORY": ""})
