"""Ends this process with the one that started it, also where that was killed and could end nothing by itself."""

import os
import threading
import time


def watch(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


threading.Thread(target=watch, args=(os.getppid(),), daemon=True).start()
