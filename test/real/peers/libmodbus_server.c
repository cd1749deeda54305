/*
 * A Modbus server of libmodbus for the tests: unit 3, TCP or RTU.
 *
 * Usage: libmodbus_server tcp PORT | rtu DEVICE BAUD
 *
 * Says "ready" when it listens. Over TCP it serves one connection at a time, as small devices do. Holding registers
 * 0 to 59 exist but for 20 to 23, which are refused with exception 2. Ends when its parent does.
 */
#include <errno.h>
#include <modbus.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { UNIT = 3, REGISTERS = 60, HOLE = 20, HOLE_END = 24 };

static modbus_mapping_t *new_mapping(void) {
    modbus_mapping_t *map = modbus_mapping_new(16, 16, REGISTERS, REGISTERS);
    if (map == NULL) return NULL;
    uint16_t *holding = map->tab_registers;
    /* 12.345 and -123456 as they go over the wire: modbus_set_float_abcd of 3.1.6 lays out DCBA on our machines. */
    static const uint16_t numbers[] = {0x4145, 0x851F, 0x1F85, 0x4541, 0x4541, 0x1F85, 0x851F, 0x4145, 0xFFFE, 0x1DC0};
    memcpy(holding, numbers, sizeof numbers);
    for (int i = 10; i < REGISTERS; i++) holding[i] = (uint16_t) (1000 + i);
    for (int i = 0; i < REGISTERS; i++) map->tab_input_registers[i] = (uint16_t) (3000 + i);
    for (int i = 0; i < 16; i++) map->tab_bits[i] = i % 3 == 0;
    for (int i = 0; i < 16; i++) map->tab_input_bits[i] = i % 5 == 0;
    return map;
}

static int touches_hole(const uint8_t *pdu) {
    if (pdu[0] != MODBUS_FC_READ_HOLDING_REGISTERS) return 0;
    int first = pdu[1] << 8 | pdu[2];
    int end = first + (pdu[3] << 8 | pdu[4]);
    return first < HOLE_END && end > HOLE;
}

/* Until the master goes away; whatever else goes wrong on a line is passed over. */
static void serve(modbus_t *ctx, modbus_mapping_t *map, int is_serial) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int header = modbus_get_header_length(ctx);
    for (;;) {
        int length = modbus_receive(ctx, query);
        if (length == -1) {
            if (!is_serial || errno == EIO || errno == ENXIO || errno == EBADF) return;
            modbus_flush(ctx);
            continue;
        }
        if (length == 0 || query[header - 1] != UNIT) continue;
        if (touches_hole(query + header))
            modbus_reply_exception(ctx, query, MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
        else
            modbus_reply(ctx, query, length, map);
    }
}

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
    return 1;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int is_serial = strcmp(argv[1], "rtu") == 0;
    modbus_t *ctx = is_serial ? modbus_new_rtu(argv[2], argc > 3 ? atoi(argv[3]) : 9600, 'N', 8, 1)
                              : modbus_new_tcp("127.0.0.1", atoi(argv[2]));
    modbus_mapping_t *map = new_mapping();
    if (ctx == NULL || map == NULL) return fail("memory");
    modbus_set_slave(ctx, UNIT);
    if (is_serial) {
        if (modbus_connect(ctx) == -1) return fail(argv[2]);
        puts("ready");
        fflush(stdout);
        serve(ctx, map, is_serial);
        return fail(argv[2]);
    }
    int listener = modbus_tcp_listen(ctx, 1);
    if (listener == -1) return fail(argv[2]);
    puts("ready");
    fflush(stdout);
    while (modbus_tcp_accept(ctx, &listener) != -1) {
        serve(ctx, map, is_serial);
        modbus_close(ctx);
    }
    return fail("accept");
}
