# What the copier, the restorer and the commands of this machine share. POSIX sh, with BusyBox's programs and sqlite3.
#   DATABASES  the database files, one a line; one that ends with / is a folder: every SQLite database in it
#   BACKUPS    the claim of the copies: copies/TIME/PATH, before-restore/PATH, restore/PATH while one is to be done
#   STATE      where the copier tells how it is: memory, because a claim that is full takes no word of it
BACKUPS=${BACKUPS:-/backups}
STATE=${STATE:-/run/sqlite-backup}
COPIES=$BACKUPS/copies
export SQLITE_TMPDIR="$BACKUPS"

# Programs hold locks for seconds; what takes an hour hangs.
sql() {
  [ ! -e "$STATE/alive" ] || touch "$STATE/alive"
  timeout 3600 sqlite3 -batch -bail -init /dev/null -cmd '.timeout 30000' "$@" 2>&1
}

one_line() {
  tr '\n|' '  ' | head -c 300
}

is_database() {
  [ "$(head -c 15 "$1" 2>/dev/null)" = 'SQLite format 3' ]
}

list_databases() {
  printf '%s\n' "$DATABASES" | while IFS= read -r entry; do
    case $entry in
      */) find "$entry" -type f 2>/dev/null | sort | while IFS= read -r file; do
        if is_database "$file"; then printf '%s\n' "$file"; fi
      done ;;
      ?*) printf '%s\n' "$entry" ;;
    esac
  done
}

# Prints `CODE|FILE|WORDS` for what keeps a file from being copied and restored; nothing when all is well.
problem_of() {
  if [ ! -e "$1" ]; then echo "missing|$1|"; return; fi
  if [ ! -r "$1" ]; then echo "unreadable|$1|$(stat -c 'owner %u, mode %a' "$1"), copier $(id -u)"; return; fi
  if [ ! -s "$1" ]; then echo "empty|$1|"; return; fi
  if ! is_database "$1"; then echo "foreign|$1|"; return; fi
  # The true test: the lock that a writer takes, and the folder in which it makes its journal.
  if ! said=$(sql "$1" 'BEGIN IMMEDIATE' 'ROLLBACK'); then
    room=$(free_kib "$(dirname "$1")")
    # Without a little room for its log a whole database cannot be opened, and looks like a damaged one.
    case "$said, $([ "$room" -ge 128 ] || echo full)" in
      *locked*) echo "locked|$1|" ;;
      *malformed* | *'not a database'*) echo "damaged|$1|$(echo "$said" | one_line)" ;;
      *', full') echo "full|$1|$room KiB free" ;;
      *readonly* | *'unable to open'*) echo "unwritable|$1|$(stat -c 'owner %u, mode %a' "$1"), copier $(id -u)" ;;
      *) echo "damaged|$1|$(echo "$said" | one_line)" ;;
    esac
  elif [ ! -w "$(dirname "$1")" ]; then
    echo "unwritable|$1|folder of $(stat -c 'owner %u, mode %a' "$(dirname "$1")"), copier $(id -u)"
  fi
}

# The same of all databases. A folder has to hold one, or be there beside others that do: many fill only with their use.
problems() {
  # Without it every database looks like a damaged one.
  for program in sqlite3 timeout; do
    if ! command -v "$program" > /dev/null; then echo "programs||$program"; return; fi
  done
  list_databases | while IFS= read -r file; do problem_of "$file"; done
  any=$(list_databases | head -n 1)
  printf '%s\n' "$DATABASES" | while IFS= read -r entry; do
    case $entry in
      */)
        [ -n "$(DATABASES=$entry list_databases | head -n 1)" ] || { [ -d "$entry" ] && [ -n "$any" ]; } || echo "missing|$entry|"
        ;;
    esac
  done
}

# Whether a file is a whole database that holds something; else prints why not.
verify() {
  if ! is_database "$1"; then echo 'is no SQLite database'; return 1; fi
  if ! said=$(sql "$1" 'PRAGMA integrity_check(1)') || [ "$said" != ok ]; then
    case $said in *'is full'*) echo "cannot be checked: $(no_room)"; return 1 ;; esac
    echo "is damaged: $(echo "$said" | one_line)"
    return 1
  fi
  if [ "$(sql "$1" 'SELECT count(*) FROM sqlite_master')" = 0 ]; then echo 'holds no table'; return 1; fi
  rm -f "$1-wal" "$1-shm"
}

# copy_file FILE TO: by SQLite's own copy, which is whole whatever is being written meanwhile. Prints why not.
copy_file() {
  mkdir -p "$(dirname "$2")" 2>/dev/null || { no_room; return 1; }
  rm -f "$2" "$2-journal" "$2-wal" "$2-shm"
  # Under a log the copy is of one moment, and writers go on; without that, each write would make it begin anew.
  if [ "$(sql "$1" 'PRAGMA journal_mode')" = wal ]; then set -- "$1" "$2" 'BEGIN' 'SELECT count(*) FROM sqlite_master'; fi
  # Kubernetes itself takes two dollar signs for one, so the name does not hold the process's id.
  from=$1 to=$BACKUPS/.copy-${WHO:-copier}; shift
  final=$1; shift
  if said=$(sql "$from" "$@" ".backup '$to'") && mv "$to" "$final"; then
    said=$(verify "$final") && return 0
    echo "the copy of $from $said"
  else
    case $said in *'is full'* | *'No space'*) no_room ;; *) echo "$from: $(echo "$said" | one_line)" ;; esac
  fi
  rm -f "$to" "$to-journal" "$final"
  return 1
}

no_room() {
  echo "the claim of the copies is full: $(free_kib "$BACKUPS") KiB free, and the databases take $(databases_kib) KiB"
}

# copy_all FOLDER: a copy of every database below the folder, at its own path. Prints why there is none.
copy_all() {
  rm -rf "$1"
  files=$(list_databases)
  while IFS= read -r file; do
    copy_file "$file" "$1$file" || { rm -rf "$1"; return 1; }
  done <<LIST
$files
LIST
}

free_kib() {
  df -Pk "$1" | tail -n 1 | while read -r _ _ _ free _; do echo "$free"; done
}

databases_kib() {
  list_databases | while IFS= read -r file; do
    for part in "$file" "$file-wal" "$file-journal"; do [ ! -f "$part" ] || stat -c %s "$part"; done
  done | (sum=0; while read -r size; do sum=$((sum + (size + 1023) / 1024)); done; echo "$sum")
}

list_copies() {
  ls -1 "$COPIES" 2>/dev/null | grep -E '^[0-9]{8}T[0-9]{6}Z$' | sort
}

now_name() {
  date -u +%Y%m%dT%H%M%SZ
}
