# Sourced by ./run and ./test: install_packages GROUP... installs the Debian packages of
# cmake/packages.txt that are missing; costs a moment when none is.

missing_packages() {
  wanted=$(awk -v groups="$*" '
    BEGIN { n = split(groups, g, " "); for (i = 1; i <= n; i++) want[g[i]] = 1 }
    !/^#/ && NF && want[$1] { print $2 }' cmake/packages.txt)
  for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=none
    [ "$status" = installed ] || echo "$package"
  done
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "no apt-get here: see cmake/packages.txt for what is needed" >&2
    return 0
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  sudo=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "these packages are missing, and without root or sudo they cannot be installed:" $missing >&2
      return 1
    }
    sudo=sudo
  fi
  echo "installing" $missing >&2
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq
  # shellcheck disable=SC2086 # one word a package
  $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
