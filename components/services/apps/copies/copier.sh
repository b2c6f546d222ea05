# Beside the program: a checked copy when the newest is too old, and word of how it is.
#   EVERY_MINUTES  between two copies     KEEP  how many     MOUNTS  folders of the program, one a line
# It never ends by itself: a pod is reached only while all of its containers run.
umask 007
trap 'exit 0' TERM INT
started=$(date +%s)
found='' trouble='' failed='' failed_at=0 checked='' searched=0 beside=''

# Copies as they were made before they had folders: they count if they are whole.
adopt() {
  for old in "$BACKUPS"/*Z.db; do
    name=$(basename "$old" .db)
    if [ -f "$old" ] && [ ! -e "$COPIES/$name" ] && verify "$old"; then
      file=$COPIES/$name$(list_databases | head -n 1)
      mkdir -p "$(dirname "$file")" && touch -r "$old" "$COPIES/$name" && mv "$old" "$file"
      touch -r "$file" "$COPIES/$name"
    fi
  done
}

due() {
  [ -z "$(find "$COPIES" -mindepth 1 -maxdepth 1 -type d -name '*Z' -mmin "-$EVERY_MINUTES")" ]
}

# Every copy here was whole when it got its name, so those beyond KEEP may go; the newest stays in any case.
prune() {
  list_copies | sort -r | tail -n "+$((KEEP + 1))" | while IFS= read -r old; do rm -rf "${COPIES:?}/$old"; done
}

# What commands left that were broken off. A restore is prepared for a start of the pod within seconds; done by one days
# later it would take away what was written since.
sweep() {
  if [ ! -d "$BACKUPS/restore.aside" ]; then
    find "$BACKUPS" -mindepth 1 -maxdepth 1 -name restore -mmin +10 -exec rm -rf {} + 2>/dev/null
  fi
  find "$BACKUPS" -mindepth 1 -maxdepth 1 \( -name '.incoming-*' -o -name '.by-hand*' -o -name '.copy-by-hand*' \) -mmin +120 \
    -exec rm -rf {} + 2>/dev/null
}

# Databases that there are, for somebody who named one that there is not.
search() {
  printf '%s\n' "$MOUNTS" | while IFS= read -r mount; do
    timeout 20 find "$mount" -xdev -type f \( -name '*.db' -o -name '*.sqlite*' -o -name '*.db3' -o -name '*.sdb' \) 2>/dev/null
  done | sort -u | head -n 200 | while IFS= read -r file; do
    if is_database "$file"; then printf '%s\n' "$file"; fi
  done | head -n 10
}

# How many files of the program are in no copy: uploads, keys and the like. Of very many it is enough to know that.
count_beside() {
  printf '%s\n' "$MOUNTS" | while IFS= read -r mount; do
    timeout 20 find "$mount" -xdev -type f ! -name '*-wal' ! -name '*-shm' ! -name '*-journal' 2>/dev/null
  done | sort -u | grep -v -x -F "$(list_databases)" | head -n 1000 | wc -l
}

present() {
  [ -z "$(list_databases | while IFS= read -r file; do [ -s "$file" ] || echo "$file"; done)" ]
}

tell() {
  {
    echo "now=$(date +%s)"
    echo "started=$started"
    echo "user=$(id -u)"
    echo "every=$EVERY_MINUTES"
    echo "keep=$KEEP"
    echo "copies=$(list_copies | wc -l)"
    echo "newest=$(list_copies | tail -n 1)"
    echo "failed=$failed"
    echo "beside=$beside"
    printf '%s\n' "$trouble" | while IFS= read -r line; do [ -z "$line" ] || echo "problem=$line"; done
    printf '%s\n' "$found" | while IFS= read -r line; do [ -z "$line" ] || echo "found=$line"; done
  } > "$STATE/.status" && mv "$STATE/.status" "$STATE/status"
}

look() {
  # Writers wait for the moment of the test, so it is made only where something is to be learnt.
  if [ -n "$checked" ] && [ -z "$trouble" ] && ! due && present; then return; fi
  trouble=$(problems)
  checked=yes
  case $trouble in
    *missing* | *empty* | *foreign*)
      if [ $(($(date +%s) - searched)) -gt 300 ] || [ -z "$found" ]; then found=$(search); searched=$(date +%s); fi ;;
    *) found='' ;;
  esac
}

copy_when_due() {
  if [ -n "$trouble" ] || ! due; then return; fi
  if [ -n "$failed" ] && [ $(($(date +%s) - failed_at)) -lt "${RETRY_SECONDS:-600}" ]; then return; fi
  name=$(now_name)
  if said=$(copy_all "$BACKUPS/.partial" 2>&1) && said=$(mv "$BACKUPS/.partial" "$COPIES/$name" 2>&1); then
    failed='' beside=''
    echo "made the copy $name"
    timeout 600 sync
  else
    failed=$(echo "${said:-no copy could be made}" | one_line) failed_at=$(date +%s)
    echo "no copy: $failed"
  fi
}

pass() {
  touch "$STATE/alive"
  mkdir -p "$COPIES"
  sweep
  look
  copy_when_due
  prune
  [ -n "$beside" ] || beside=$(count_beside)
  tell
}

rm -rf "$BACKUPS/.partial" "$BACKUPS/.copy-copier"*
mkdir -p "$COPIES"
adopt
while true; do
  pass
  if [ -n "${ONCE:-}" ]; then break; fi
  # A new program has its database after a moment.
  if [ -n "$trouble" ] && [ $(($(date +%s) - started)) -lt 300 ]; then pause=5; else pause=60; fi
  sleep "$pause" & wait $!
done
