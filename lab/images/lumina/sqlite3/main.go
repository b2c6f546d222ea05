// Sqlite3 is the lab's stand-in for SQLite's command line, which comes from no package registry as a static program. It
// does what backups need and refuses the rest:
//
//	sqlite3 FILE ".backup 'COPY'"     copies the database by SQLite's own online backup
//	sqlite3 FILE ".restore 'COPY'"    the way back, into a database that may be in use
//	sqlite3 FILE "SQL"                prints rows, columns divided by |
//
// -readonly and -bail are accepted before FILE, as by the original.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"modernc.org/sqlite"
)

var dotCommand = regexp.MustCompile(`^\.(backup|restore) +'?([^']+?)'?$`)

func main() {
	args := os.Args[1:]
	mode := "rw"
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] == "-readonly" {
			mode = "ro"
		} else if args[0] != "-bail" {
			fail(fmt.Errorf("the option %s is not done here", args[0]))
		}
		args = args[1:]
	}
	if len(args) != 2 {
		fail(errors.New("usage: sqlite3 [-readonly] FILE COMMAND"))
	}
	if err := run(args[0], mode, strings.TrimSpace(args[1])); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "Error:", err)
	os.Exit(1)
}

func run(file, mode, command string) error {
	// No file is made by looking at one: a backup of a database that is not there must fail.
	db, err := sql.Open("sqlite", "file:"+file+"?mode="+mode+"&_pragma=busy_timeout(30000)")
	if err != nil {
		return err
	}
	defer db.Close()
	if strings.HasPrefix(command, ".") {
		parts := dotCommand.FindStringSubmatch(command)
		if parts == nil {
			return fmt.Errorf("the command %s is not done here", command)
		}
		return copyPages(db, parts[1] == "restore", parts[2])
	}
	return query(db, command)
}

type copier interface {
	NewBackup(string) (*sqlite.Backup, error)
	NewRestore(string) (*sqlite.Backup, error)
}

func copyPages(db *sql.DB, restore bool, other string) error {
	conn, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		c, ok := raw.(copier)
		if !ok {
			return fmt.Errorf("%T copies no pages", raw)
		}
		start := c.NewBackup
		if restore {
			if _, err := os.Stat(other); err != nil {
				return err
			}
			start = c.NewRestore
		}
		work, err := start(other)
		if err != nil {
			return err
		}
		// All pages in one step: no writer can come between them and make it begin anew.
		if _, err := work.Step(-1); err != nil {
			return errors.Join(err, work.Finish())
		}
		return work.Finish()
	})
}

func query(db *sql.DB, statement string) error {
	rows, err := db.Query(statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values := make([]driver.Value, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		texts := make([]string, len(columns))
		for i, value := range values {
			if value != nil {
				texts[i] = fmt.Sprint(value)
			}
		}
		fmt.Println(strings.Join(texts, "|"))
	}
	return rows.Err()
}
