package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite"
)

type todo struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
	Done  bool   `json:"done"`
}

type store struct{ db *sql.DB }

// openStore takes the URL as Python's libraries spell it, with or without a driver: sqlite+aiosqlite:////app/data/lumina.db.
func openStore(address string) (*store, error) {
	scheme, path, found := strings.Cut(address, ":///")
	driver, _, _ := strings.Cut(scheme, "+")
	if !found || driver != "sqlite" || path == "" {
		return nil, errors.New("DATABASE_URL has to be sqlite:/// and a path; an absolute path makes it four slashes")
	}
	// WAL lets readers go on while one writes; the timeout makes a second writer wait instead of failing.
	settings := url.Values{"_pragma": {"journal_mode(WAL)", "busy_timeout(30000)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+settings.Encode())
	if err != nil {
		return nil, err
	}
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS todos (
		id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, title TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0)`)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", path, err)
	}
	return &store{db}, nil
}

// close writes the log back into the database file.
func (s *store) close() error { return s.db.Close() }

func (s *store) ping(ctx context.Context) error {
	var one int
	return s.db.QueryRowContext(ctx, "SELECT count(*) FROM todos WHERE id < 0").Scan(&one)
}

func (s *store) list(ctx context.Context, owner string) ([]todo, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, title, done FROM todos WHERE owner = ? ORDER BY id", owner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	todos := []todo{}
	for rows.Next() {
		var t todo
		if err := rows.Scan(&t.ID, &t.Title, &t.Done); err != nil {
			return nil, err
		}
		todos = append(todos, t)
	}
	return todos, rows.Err()
}

func (s *store) add(ctx context.Context, owner, title string) (todo, error) {
	result, err := s.db.ExecContext(ctx, "INSERT INTO todos (owner, title) VALUES (?, ?)", owner, title)
	if err != nil {
		return todo{}, err
	}
	id, err := result.LastInsertId()
	return todo{ID: id, Title: title}, err
}

func (s *store) setDone(ctx context.Context, owner string, id int64, done bool) (bool, error) {
	return s.changed(ctx, "UPDATE todos SET done = ? WHERE owner = ? AND id = ?", done, owner, id)
}

func (s *store) remove(ctx context.Context, owner string, id int64) (bool, error) {
	return s.changed(ctx, "DELETE FROM todos WHERE owner = ? AND id = ?", owner, id)
}

func (s *store) changed(ctx context.Context, statement string, args ...any) (bool, error) {
	result, err := s.db.ExecContext(ctx, statement, args...)
	if err != nil {
		return false, err
	}
	count, err := result.RowsAffected()
	return count > 0, err
}
