"""Ctrl-C where it must wait, or must not be heard. Elsewhere it is Python's KeyboardInterrupt."""

import signal
import threading
from contextlib import contextmanager


@contextmanager
def handled_by(handler):
    """Let Ctrl-C call ``handler(number, frame)``, where signals are ours: in the main thread."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    try:
        signal.signal(signal.SIGINT, handler)
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def unheard():
    """Let Ctrl-C do nothing in the block: what is half done there ends within a moment."""
    return handled_by(lambda number, frame: None)


@contextmanager
def deferred():
    """Let Ctrl-C wait for the end of the block: what is loaded by half cannot be loaded again."""
    heard = []
    with handled_by(lambda *arguments: heard.append(arguments)):
        yield
    if heard:
        signal.getsignal(signal.SIGINT)(*heard[0])
