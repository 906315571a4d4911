#!/bin/sh
# slipway: this script, and behind it the jar that it starts; `java -jar` reads the same file. POSIX sh.
#
#   JAVA_HOME      is used if it is new enough; otherwise one is looked for
#   SLIPWAY_CACHE  directory of the class archives, from which the JVM starts faster; empty: none is made or used
set -u

OLDEST=25

# release_of <Java's home>: the whole version, such as 25.0.1; nothing if there is no Java
release_of() {
  if [ -x "$1/bin/java" ]; then sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release" 2>/dev/null; fi
}

# home_of <executable>: the Java that it is a part of, behind its links
home_of() {
  file=$1
  while [ -L "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  dirname "$(dirname "$file")"
}

found=
# use <Java's home>: ends the search if it is new enough, and otherwise notes what was there
use() {
  case $1 in '' | */\**) return 1 ;; esac
  release=$(release_of "$1")
  feature=${release%%[!0-9]*}
  if [ -z "$feature" ]; then return 1; fi
  if [ "$feature" -ge "$OLDEST" ]; then
    java=$1/bin/java
    return 0
  fi
  case $found in
    *" $release in $1"*) ;;
    *) found="${found:+$found,} $release in $1" ;;
  esac
  return 1
}

find_java() {
  if use "${JAVA_HOME:-}"; then return; fi
  onpath=$(command -v java) || onpath=
  if [ -n "$onpath" ] && use "$(home_of "$onpath")"; then return; fi
  # macOS
  if [ -x /usr/libexec/java_home ] && use "$(/usr/libexec/java_home -v "$OLDEST+" 2>/dev/null)"; then return; fi
  for home in /usr/lib/jvm/* "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* "${HOME:-}"/.jdks/* \
    /opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk/libexec/openjdk.jdk/Contents/Home; do
    if use "$home"; then return; fi
  done
  echo "slipway: needs Java $OLDEST or newer; found${found:- none}" >&2
  echo "  Install one, from https://adoptium.net for example, or say where it is: JAVA_HOME=/path/to/java slipway …" >&2
  exit 1
}

find_java

# What Java cannot find out: which streams are terminals, and how wide the terminal is.
terminals=
for stream in 0 1 2; do if [ -t "$stream" ]; then terminals=$terminals$stream,; fi; done
columns=
# within $(…) the output is a pipe: the terminal is passed in as 3
if [ -t 1 ]; then { columns=$(stty size <&3 2>/dev/null | cut -d ' ' -f 2) || columns=; } 3>&1; fi

# run <options and arguments>: the last thing that is done, or in a shell of its own
run() {
  exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable "$@"
}

# make_archive: an AOT cache (JEP 514) of what a run that reaches nobody has loaded. Whatever becomes of it, the next
# start finds a file, though it may be an empty one: the JVM does without what it cannot use, and it is tried again only
# for another slipway.
make_archive() {
  (umask 077 && mkdir -p "$cache" && : >"$archive.$$") 2>/dev/null || return
  trap 'rm -f "$archive.$$"; exit 130' HUP INT TERM
  (
    unset AWS_PROFILE
    export AWS_ACCESS_KEY_ID=- AWS_SECRET_ACCESS_KEY=- AWS_MAX_ATTEMPTS=1
    export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
    run -XX:AOTCacheOutput="$archive.$$" -jar "$0" status --region us-east-1 --endpoint-url http://127.0.0.1:1
  ) </dev/null >/dev/null 2>&1
  mv -f "$archive.$$" "$archive" 2>/dev/null
  trap - HUP INT TERM
}

cache=${SLIPWAY_CACHE-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}}
archive=
case $cache in
  /*)
    cache=${SLIPWAY_CACHE-$cache/slipway}
    archive=$cache/classes-$release.aot
    # shellcheck disable=SC3013 # -nt: not in POSIX before 2024, but in every sh of Linux, macOS and the BSDs
    if [ ! -e "$archive" ] || [ "$0" -nt "$archive" ]; then make_archive; fi
    ;;
esac

run ${archive:+"-XX:AOTCache=$archive"} \
  "-Dslipway.terminals=$terminals" ${columns:+"-Dslipway.columns=$columns"} -jar "$0" "$@"
