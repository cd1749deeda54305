"""An RS-485 line: every port hears what any other port says. Usage: multidrop.py LINK ...

Says "ready" when the ports are there. They stay when a program that has one open dies. Ends with its stdin.
"""
import os
import select
import sys
import tty


def open_port(link):
    """A pseudo terminal whose device is reached by the link; its own end is kept open, so that it never hangs up."""
    ours, device = os.openpty()
    tty.setraw(device)
    os.symlink(os.ttyname(device), link)
    return ours


def main():
    links = sys.argv[1:]
    ports = [open_port(link) for link in links]
    print("ready", flush=True)
    while True:
        for heard in select.select([sys.stdin, *ports], [], [])[0]:
            if heard is sys.stdin:
                for link in links:
                    os.unlink(link)
                return
            data = os.read(heard, 4096)
            for port in ports:
                if port != heard:
                    os.write(port, data)


main()
