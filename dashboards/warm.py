"""Make the first visitor wait less: import what the pages import and open the release before anybody comes.

``anlan serve`` calls ``warm(url)`` once the server answers; the first session after a start is then as quick as the next.
"""

from __future__ import annotations

import json
import urllib.request
from contextlib import suppress


def warm(url: str, seconds: float = 30.0) -> bool:
    """Open one session at ``url`` and wait until the overview has run once. Returns whether it did.

    Never raises: a cold start is slow, not wrong.
    """
    with suppress(Exception):
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
        from websockets.sync.client import connect

        urllib.request.urlopen(f"{url}/_stcore/host-config", timeout=seconds).read()
        stream = url.replace("http", "ws", 1) + "/_stcore/stream"
        with connect(stream, subprotocols=["streamlit"], origin=url, open_timeout=seconds, max_size=None) as socket:
            ask = BackMsg()
            ask.rerun_script.query_string = ""
            socket.send(ask.SerializeToString())
            while True:
                message = ForwardMsg()
                message.ParseFromString(socket.recv(timeout=seconds))
                if message.WhichOneof("type") == "script_finished":
                    return True
    return False


if __name__ == "__main__":
    import sys

    print(json.dumps({"warm": warm(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501")}))
