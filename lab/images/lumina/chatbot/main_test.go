package main

import "testing"

func TestAnswer(t *testing.T) {
	todos := []todo{{"milk", false}, {"bread", true}}
	for question, want := range map[string]string{
		"What is next?":   "Still open: milk.",
		"What is done?":   "You have finished: bread.",
		"How am I doing?": "1 of 2 todos are done. Still open: milk.",
	} {
		if got := answer(question, todos); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
	if got := answer("anything", nil); got != "You have no todos yet." {
		t.Errorf("no todos: %q", got)
	}
}
