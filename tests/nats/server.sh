# A throwaway nats-server with JetStream for tests, on a free port of the loopback. Source this file after
# tests/pg/cluster.sh and tap.sh, and put nats_stop into the trap that they set.
#
#   nats_start [CONFIG-LINE…]   start it; sets $nats_url and $nats_pid
#   nats_kill SIGNAL            end it and wait for it; the stored streams stay
#   nats_again                  start it again on the same port with the same streams
#   nats_stop                   end it and remove everything
#
# nats_start returns 77 when there is no server to start.

nats_dir=
nats_pid=

nats_start() {
  nats_bin=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nats-server) || {
    echo "no nats-server here" >&2
    return 77
  }
  nats_dir=$(mktemp -d /tmp/mailsignal-nats.XXXXXX) || return 1
  {
    echo "host: 127.0.0.1"
    echo "port: -1"
    echo "ports_file_dir: \"$nats_dir\""
    echo "jetstream { store_dir: \"$nats_dir/store\", max_file_store: 2GB, max_memory_store: 64MB }"
    printf '%s\n' "$@"
  } >"$nats_dir/server.conf"
  nats_again || return 1
  nats_port=$(sed -n 's/.*"nats":\["[a-z]*:\/\/127.0.0.1:\([0-9]*\)".*/\1/p' "$nats_dir"/*.ports)
  [ -n "$nats_port" ] || { cat "$nats_dir/log" >&2; return 1; }
  nats_url=nats://127.0.0.1:$nats_port
  sed -i "s/^port: .*/port: $nats_port/" "$nats_dir/server.conf"
}

nats_again() {
  local i
  rm -f "$nats_dir"/*.ports
  "$nats_bin" -c "$nats_dir/server.conf" >>"$nats_dir/log" 2>&1 & nats_pid=$!
  for ((i = 0; i < 600; i++)); do
    ls "$nats_dir"/*.ports >/dev/null 2>&1 && return 0
    kill -0 $nats_pid 2>/dev/null || break
    sleep 0.1
  done
  cat "$nats_dir/log" >&2
  return 1
}

nats_kill() {
  [ -n "$nats_pid" ] || return 0
  kill "-$1" "$nats_pid" 2>/dev/null
  wait "$nats_pid" 2>/dev/null
  nats_pid=
}

nats_stop() {
  nats_kill KILL
  [ -z "$nats_dir" ] || rm -rf "$nats_dir"
  nats_dir=
}
