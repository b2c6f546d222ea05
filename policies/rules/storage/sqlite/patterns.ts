/** What texts about SQLite look like, written so that JavaScript and CEL (RE2) read the same. Without regard to case, but for PROGRAM. */

/** The flag for it in CEL. */
export const ANY_CASE = "(?is)";

export const URL_SCHEME = "^(?:jdbc:)?sqlite3?(?:\\+[a-z0-9_]+)?:";
export const URL = `${URL_SCHEME}(.*)$`;
export const FILE_URL = "^file:([^?]*\\.(?:db3?|sqlite3?))(\\?.*)?$";
export const DATA_SOURCE = "(?:^|;)\\s*(?:data source|filename)\\s*=\\s*([^;]*\\.(?:db3?|sqlite3?))\\s*(?:;|$)";
export const BARE_FILE = "^/\\S*\\.(?:db3?|sqlite3?)$";

/** Names of variables that say what kind of database a program has, as DB_TYPE, database__client, db.driver. */
export const KIND_NAME =
  "(?:^|[_.])(?:DB|DATABASE)[_.]{0,2}(?:TYPE|CONNECTION|ENGINE|DRIVER|CLIENT|DIALECT|BACKEND|VENDOR|PROVIDER)$";
export const SQLITE_KIND = "^(?:.*[._-])?sqlite3?$";
/** A variable about SQLite that switches it off. */
export const OFF = "^(?:|0|false|no|off|none|disabled)$";

export const PROGRAM = "^(?:\\S*/)?(?:sqlite3|litestream)$";
/** Images that do nothing but read and write SQLite. */
export const IMAGE = "(?:^|/)(?:litestream|sqlite3?)(?:[:@]|$)";

/** Longer values are no connection strings, and expressions over them would cost time. */
export const LONGEST = 4096;
