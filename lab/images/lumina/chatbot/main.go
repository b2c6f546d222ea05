// Chatbot answers questions about somebody's todos. It asks the backend for them under that person's session, and no
// model outside: its answers are counted, not guessed.
//
//	API_BASE_URL   address of the backend
//	PORT           default 8001
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"homelab.example/lumina/service"
)

type todo struct {
	Title string `json:"title"`
	Done  bool   `json:"done"`
}

type bot struct {
	api    string
	client http.Client
}

func main() {
	b := &bot{api: strings.TrimSuffix(service.Env("API_BASE_URL"), "/"), client: http.Client{Timeout: 10 * time.Second}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		service.JSON(w, http.StatusOK, map[string]string{"status": "healthy"})
	})
	mux.HandleFunc("POST /chat", b.chat)
	service.Serve(":"+service.EnvOr("PORT", "8001"), http.MaxBytesHandler(mux, 64<<10))
}

func (b *bot) chat(w http.ResponseWriter, r *http.Request) {
	var question struct{ Message string }
	if err := json.NewDecoder(r.Body).Decode(&question); err != nil || strings.TrimSpace(question.Message) == "" {
		service.Fail(w, http.StatusBadRequest, "message is empty")
		return
	}
	todos, status, err := b.todos(r)
	if err != nil {
		service.Fail(w, status, err.Error())
		return
	}
	service.JSON(w, http.StatusOK, map[string]string{"answer": answer(question.Message, todos)})
}

func (b *bot) todos(r *http.Request) ([]todo, int, error) {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, b.api+"/api/todos", nil)
	if err != nil {
		return nil, http.StatusInternalServerError, err
	}
	ask.Header.Set("Authorization", r.Header.Get("Authorization"))
	reply, err := b.client.Do(ask)
	if err != nil {
		return nil, http.StatusBadGateway, fmt.Errorf("the backend does not answer")
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return nil, reply.StatusCode, fmt.Errorf("the backend answers %d", reply.StatusCode)
	}
	var todos []todo
	if err := json.NewDecoder(reply.Body).Decode(&todos); err != nil {
		return nil, http.StatusBadGateway, fmt.Errorf("the backend's answer is no list of todos")
	}
	return todos, http.StatusOK, nil
}

// answer knows three questions: what is open, what is done, and everything else, which gets a summary.
func answer(message string, todos []todo) string {
	var open, done []string
	for _, t := range todos {
		if t.Done {
			done = append(done, t.Title)
		} else {
			open = append(open, t.Title)
		}
	}
	words := strings.ToLower(message)
	switch {
	case len(todos) == 0:
		return "You have no todos yet."
	case strings.Contains(words, "done") || strings.Contains(words, "finished"):
		return listed("You have finished", done, "You have finished nothing yet.")
	case strings.Contains(words, "next") || strings.Contains(words, "open") || strings.Contains(words, "left"):
		return listed("Still open", open, "Nothing is left to do.")
	}
	return fmt.Sprintf("%d of %d todos are done. %s", len(done), len(todos), listed("Still open", open, "Nothing is left to do."))
}

func listed(intro string, titles []string, none string) string {
	if len(titles) == 0 {
		return none
	}
	return fmt.Sprintf("%s: %s.", intro, strings.Join(titles, ", "))
}
