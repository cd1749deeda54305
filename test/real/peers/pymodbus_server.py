"""A Modbus server of pymodbus 3.0 for the tests: units 1, 2 and 17 on one line.

Usage: pymodbus_server.py tcp|rtu-over-tcp PORT | rtu|ascii DEVICE BAUD

Says "ready" when it listens. Reads commands from stdin, one per line, each answered with "ok":
    silence UNIT     the unit answers nothing any more
    speak UNIT       and does again
    set UNIT TABLE ADDRESS VALUE
Ends with its stdin.
"""
import asyncio
import struct
import sys

from pymodbus.constants import Endian
from pymodbus.datastore import (
    ModbusServerContext,
    ModbusSlaveContext,
    ModbusSparseDataBlock,
)
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import (
    ModbusAsciiFramer,
    ModbusRtuFramer,
    ModbusSocketFramer,
)

TABLES = {"coil": 1, "discrete": 2, "holding": 3, "input": 4}


def words(pack, unpack, value):
    """The registers of a value: how its bytes are laid out, and how they are taken as words."""
    data = struct.pack(pack, value)
    return list(struct.unpack(unpack[0] + "H" * (len(data) // 2), data))


def swapped(value):
    """CDAB, by the encoder of pymodbus."""
    builder = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Little)
    builder.add_32bit_float(value)
    return builder.to_registers()


def sparse(blocks):
    """Key: first address. What lies between the blocks does not exist."""
    return ModbusSparseDataBlock(
        {first + i: word for first, block in blocks.items() for i, word in enumerate(block)}
    )


def unit(base):
    """The same map for every unit, with its own values."""
    value = base + 0.5
    holding = {
        0: words(">f", ">", value),  # ABCD
        2: words("<f", ">", value),  # DCBA
        4: words(">f", "<", value),  # BADC
        6: swapped(value),  # CDAB
        8: words(">h", ">", -base),
        9: words(">i", ">", -100_000 - base),
        11: words(">d", ">", value / 3),
        15: words(">Q", ">", 2**40 + base),
        # 19 to 23 do not exist.
        24: [base, base + 1],
    }
    return ModbusSlaveContext(
        co=sparse({0: [base & 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1]}),
        di=sparse({5: [1, 0, base & 1]}),
        hr=sparse(holding),
        ir=sparse({100: [1000 + base, 2000 + base]}),
        zero_mode=True,
    )


async def serve(server, context):
    units = dict(context)
    loop = asyncio.get_running_loop()
    running = asyncio.ensure_future(server.serve_forever())
    await asyncio.sleep(0.05)
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, *arguments = line.split()
        if command == "silence":
            del context[int(arguments[0])]
        elif command == "speak":
            context[int(arguments[0])] = units[int(arguments[0])]
        elif command == "set":
            number, table, address, value = arguments
            units[int(number)].setValues(TABLES[table], int(address), [int(value)])
        print("ok", flush=True)
    running.cancel()


async def main():
    mode, place, *baud = sys.argv[1:]
    context = ModbusServerContext({id: unit(id) for id in (1, 2, 17)}, single=False)
    if mode in ("tcp", "rtu-over-tcp"):
        framer = ModbusSocketFramer if mode == "tcp" else ModbusRtuFramer
        server = ModbusTcpServer(
            context,
            framer=framer,
            address=("127.0.0.1", int(place)),
            allow_reuse_address=True,
            ignore_missing_slaves=True,
        )
    else:
        server = ModbusSerialServer(
            context,
            framer=ModbusRtuFramer if mode == "rtu" else ModbusAsciiFramer,
            port=place,
            baudrate=int(baud[0]),
            ignore_missing_slaves=True,
        )
        await server.start()
    await serve(server, context)


asyncio.run(main())
