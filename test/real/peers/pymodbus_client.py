"""Reads a serial Modbus line with pymodbus 3.0 and prints what it got as JSON.

Usage: pymodbus_client.py rtu|ascii DEVICE BAUD UNIT:TABLE:ADDRESS:COUNT ...
"""
import json
import sys

from pymodbus.client import ModbusSerialClient
from pymodbus.transaction import ModbusAsciiFramer, ModbusRtuFramer

READ = {
    "coil": "read_coils",
    "discrete": "read_discrete_inputs",
    "holding": "read_holding_registers",
    "input": "read_input_registers",
}


def ask(client, request):
    unit, table, address, count = request.split(":")
    reply = getattr(client, READ[table])(int(address), int(count), slave=int(unit))
    if reply.isError():
        return {"exception": getattr(reply, "exception_code", None), "error": str(reply)}
    if table in ("coil", "discrete"):
        return {"bits": reply.bits[: int(count)]}
    return {"words": reply.registers}


def main():
    mode, device, baud, *requests = sys.argv[1:]
    client = ModbusSerialClient(
        device,
        framer=ModbusRtuFramer if mode == "rtu" else ModbusAsciiFramer,
        baudrate=int(baud),
        parity="N",
        timeout=1,
        retries=0,
    )
    if not client.connect():
        sys.exit(f"{device} does not open")
    print(json.dumps([ask(client, request) for request in requests]))
    client.close()


main()
