#!/bin/sh
# The command of the image: davylamp server|gateway|simulate|journal ..., each with the arguments of its npm script.
set -eu

home=${DAVYLAMP_HOME:-/app}
command=${1:-help}
[ "$#" -eq 0 ] || shift

case $command in
  server) set -- "$home/ingest/main.ts" "$@" ;;
  gateway) set -- "$home/gateway/main.ts" "$@" ;;
  simulate) set -- "$home/simulators/main.ts" run "$@" ;;
  journal | replay | report | watchdog) set -- "$home/alerting/main.ts" "$command" "$@" ;;
  *)
    echo 'davylamp server|gateway|simulate|journal|replay|report|watchdog ..., each with --help' >&2
    exit 2
    ;;
esac
exec "$home/node_modules/.bin/node" "$@"
