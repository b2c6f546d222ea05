# Before the program starts: puts the copy under `restore` in place, if there is one. Nobody writes meanwhile, so whatever
# was acknowledged is in what is copied aside first. Broken off anywhere, the next start of the pod does it to the end.
umask 077
pending=$BACKUPS/restore aside=$BACKUPS/before-restore
if [ ! -d "$pending" ]; then exit 0; fi
files=$(cd "$pending" && find . -type f | sed 's/^\.//' | sort)

report() {
  echo "$1"
  echo "$1" > "${REPORT:-/dev/termination-log}"
}

give_up() {
  rm -rf "$pending" "$pending.aside" "$aside.partial"
  report "failed: $(echo "$1" | one_line). The database is as it was."
  exit 0
}

# make_folder FOLDER: with the owner of the one above.
make_folder() {
  if [ -d "$1" ]; then return; fi
  make_folder "$(dirname "$1")" && mkdir -m 755 "$1" && like "$(dirname "$1")" "$1"
}

# like MODEL FILE: only root can give files away; anybody else's are his own anyway.
like() {
  if [ "$(id -u)" = 0 ]; then chown "$(stat -c %u:%g "$1")" "$2"; fi
}

set_aside() {
  rm -rf "$aside" "$aside.partial"
  mkdir "$aside.partial" || return 1
  while IFS= read -r file; do
    for part in "$file" "$file-wal" "$file-journal"; do
      if [ ! -e "$part" ]; then continue; fi
      mkdir -p "$(dirname "$aside.partial$part")" && cp "$part" "$aside.partial$part" || return 1
    done
  done <<LIST
$files
LIST
  mv "$aside.partial" "$aside" && sync && mkdir "$pending.aside"
}

# write FROM TO: into the file that is there, so that its owner, mode and links stay.
write() {
  if [ -e "$2" ]; then cat "$1" > "$2"; else
    make_folder "$(dirname "$2")" && cat "$1" > "$2" && chmod 644 "$2" && like "$(dirname "$2")" "$2"
  fi && cmp -s "$1" "$2"
}

swap() {
  while IFS= read -r file; do
    # A log of another database would be played into this one.
    rm -f "$file-wal" "$file-shm" "$file-journal" && write "$pending$file" "$file" || return 1
  done <<LIST
$files
LIST
}

put_back() {
  while IFS= read -r file; do
    if [ ! -e "$aside$file" ]; then rm -f "$file"; continue; fi
    for part in "$file" "$file-wal" "$file-journal"; do
      if [ -e "$aside$part" ]; then write "$aside$part" "$part" || return 1; fi
    done
  done <<LIST
$files
LIST
}

if [ ! -d "$pending.aside" ]; then
  said=$(set_aside 2>&1) ||
    give_up "what is there could not be copied aside to the claim of the copies ($(free_kib "$BACKUPS") KiB free): $said"
fi
if said=$(swap 2>&1); then
  sync
  rm -rf "$pending" "$pending.aside"
  report restored
else
  folder=$(dirname "$(echo "$files" | head -n 1)")
  said=$(echo "to the claim of the database ($(free_kib "$folder") KiB free): ${said:-it did not arrive whole}" | one_line)
  if put_back; then give_up "the copy could not be written $said"; fi
  report "failed: the copy could not be written $said, nor what was there before, which is under $aside. The program is not started on half a database."
  exit 1
fi
