package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSessions(t *testing.T) {
	now := time.Unix(1000, 0)
	s := sessions{key: []byte("a key of thirty-two characters!!")}
	token := s.issue("ada", now)
	if name, ok := s.verify(token, now); !ok || name != "ada" {
		t.Errorf("own token: %q %v", name, ok)
	}
	parts := strings.Split(token, ".")
	unsigned := encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	for what, bad := range map[string]string{"empty": "", "no signature": unsigned, "cut": token[:len(token)-3], "other key": sessions{key: []byte("x")}.issue("ada", now)} {
		if _, ok := s.verify(bad, now); ok {
			t.Errorf("%s was accepted", what)
		}
	}
	if _, ok := s.verify(token, now.Add(25*time.Hour)); ok {
		t.Error("an expired token was accepted")
	}
}

func TestStoreKeepsTodos(t *testing.T) {
	address := "sqlite+aiosqlite:///" + filepath.Join(t.TempDir(), "lumina.db")
	first, err := openStore(address)
	if err != nil {
		t.Fatal(err)
	}
	made, err := first.add(context.Background(), "ada", "milk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.setDone(context.Background(), "ada", made.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	second, err := openStore(address)
	if err != nil {
		t.Fatal(err)
	}
	defer second.close()
	todos, err := second.list(context.Background(), "ada")
	if err != nil || len(todos) != 1 || todos[0] != (todo{made.ID, "milk", true}) {
		t.Errorf("%v %v", todos, err)
	}
	if others, _ := second.list(context.Background(), "bob"); len(others) != 0 {
		t.Errorf("bob sees %v", others)
	}
}

func TestStoreRefusesOtherAddresses(t *testing.T) {
	for _, address := range []string{"", "postgres://x/y", "sqlite://lumina.db", "sqlite:///"} {
		if _, err := openStore(address); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
}
