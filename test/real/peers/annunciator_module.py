"""An output module on pymodbus 3.0 for the tests: unit 1 with 16 coils, 16 discrete inputs and 16 holding registers.

Usage: annunciator_module.py tcp PORT | rtu DEVICE BAUD

Says "ready" when it listens. Reads commands from stdin, one per line, each answered with "ok":
    stick COIL       the coil takes no write any more
    free COIL        and does again
Every write to a coil is written to the discrete input of the same address too, as an auxiliary contact would.
Ends with its stdin.
"""
import asyncio
import sys

from pymodbus.datastore import (
    ModbusSequentialDataBlock,
    ModbusServerContext,
    ModbusSlaveContext,
)
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

contacts = ModbusSequentialDataBlock(0, [0] * 16)
stuck = set()


class Relays(ModbusSequentialDataBlock):
    """Coils whose relays may stick: the coil keeps what it was told, the contact does not move."""

    def setValues(self, address, values):
        super().setValues(address, values)
        for i, value in enumerate(values if isinstance(values, list) else [values]):
            if address + i not in stuck:
                contacts.setValues(address + i, [int(value)])


async def main():
    mode, place, *baud = sys.argv[1:]
    unit = ModbusSlaveContext(
        co=Relays(0, [0] * 16),
        di=contacts,
        hr=ModbusSequentialDataBlock(0, [0] * 16),
        ir=ModbusSequentialDataBlock(0, [0] * 16),
        zero_mode=True,
    )
    context = ModbusServerContext({1: unit}, single=False)
    if mode == "tcp":
        server = ModbusTcpServer(
            context, framer=ModbusSocketFramer, address=("127.0.0.1", int(place)), allow_reuse_address=True
        )
    else:
        server = ModbusSerialServer(context, framer=ModbusRtuFramer, port=place, baudrate=int(baud[0]))
        await server.start()
    loop = asyncio.get_running_loop()
    running = asyncio.ensure_future(server.serve_forever())
    await asyncio.sleep(0.05)
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, coil = line.split()
        if command == "stick":
            stuck.add(int(coil))
        elif command == "free":
            stuck.discard(int(coil))
        print("ok", flush=True)
    running.cancel()


asyncio.run(main())
