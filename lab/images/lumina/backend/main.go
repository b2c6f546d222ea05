// Backend is a todo API on SQLite: the part of Lumina that owns the data.
//
//	DATABASE_URL     sqlite:////app/data/lumina.db, four slashes before an absolute path
//	JWT_SECRET_KEY   signs the sessions; 32 characters or more
//	AGENT_BASE_URL   address of the chatbot; without it there is no chat
//	PORT             default 8000
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"homelab.example/lumina/service"
)

type api struct {
	todos    *store
	sessions sessions
	agent    string
	client   http.Client
}

func main() {
	todos, err := openStore(service.Env("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	key := service.Env("JWT_SECRET_KEY")
	if len(key) < 32 {
		log.Fatal("JWT_SECRET_KEY is shorter than 32 characters")
	}
	a := &api{
		todos:    todos,
		sessions: sessions{key: []byte(key)},
		agent:    strings.TrimSuffix(os.Getenv("AGENT_BASE_URL"), "/"),
		client:   http.Client{Timeout: 15 * time.Second},
	}
	service.Serve(":"+service.EnvOr("PORT", "8000"), a.routes())
	if err := todos.close(); err != nil {
		log.Fatalf("the database did not close: %v", err)
	}
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", a.health)
	mux.HandleFunc("POST /api/session", a.openSession)
	mux.HandleFunc("GET /api/todos", a.signedIn(a.list))
	mux.HandleFunc("POST /api/todos", a.signedIn(a.add))
	mux.HandleFunc("PATCH /api/todos/{id}", a.signedIn(a.change))
	mux.HandleFunc("DELETE /api/todos/{id}", a.signedIn(a.remove))
	mux.HandleFunc("POST /api/chat", a.signedIn(a.chat))
	return http.MaxBytesHandler(mux, 64<<10)
}

// health asks the database, so that a pod without its volume does not count as ready.
func (a *api) health(w http.ResponseWriter, r *http.Request) {
	if err := a.todos.ping(r.Context()); err != nil {
		service.Fail(w, http.StatusServiceUnavailable, "the database does not answer: "+err.Error())
		return
	}
	service.JSON(w, http.StatusOK, map[string]string{"status": "healthy"})
}

func (a *api) openSession(w http.ResponseWriter, r *http.Request) {
	var body struct{ Name string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || strings.TrimSpace(body.Name) == "" || len(body.Name) > 100 {
		service.Fail(w, http.StatusBadRequest, "name has to be 1-100 characters")
		return
	}
	service.JSON(w, http.StatusCreated, map[string]string{"token": a.sessions.issue(strings.TrimSpace(body.Name), time.Now())})
}

func (a *api) signedIn(next func(http.ResponseWriter, *http.Request, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		name, ok := a.sessions.verify(token, time.Now())
		if !ok {
			service.Fail(w, http.StatusUnauthorized, "sign in with POST /api/session")
			return
		}
		next(w, r, name)
	}
}

func (a *api) list(w http.ResponseWriter, r *http.Request, name string) {
	todos, err := a.todos.list(r.Context(), name)
	answer(w, http.StatusOK, todos, err)
}

func (a *api) add(w http.ResponseWriter, r *http.Request, name string) {
	var body struct{ Title string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || strings.TrimSpace(body.Title) == "" || len(body.Title) > 500 {
		service.Fail(w, http.StatusBadRequest, "title has to be 1-500 characters")
		return
	}
	made, err := a.todos.add(r.Context(), name, strings.TrimSpace(body.Title))
	answer(w, http.StatusCreated, made, err)
}

func (a *api) change(w http.ResponseWriter, r *http.Request, name string) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	var body struct{ Done *bool }
	if decode := json.NewDecoder(r.Body).Decode(&body); err != nil || decode != nil || body.Done == nil {
		service.Fail(w, http.StatusBadRequest, "done has to be true or false")
		return
	}
	found, err := a.todos.setDone(r.Context(), name, id, *body.Done)
	missingOr(w, found, err)
}

func (a *api) remove(w http.ResponseWriter, r *http.Request, name string) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		service.Fail(w, http.StatusBadRequest, "the id has to be a number")
		return
	}
	found, err := a.todos.remove(r.Context(), name, id)
	missingOr(w, found, err)
}

// chat hands the question to the chatbot under the caller's own session, so that it sees only the caller's todos.
func (a *api) chat(w http.ResponseWriter, r *http.Request, _ string) {
	if a.agent == "" {
		service.Fail(w, http.StatusNotImplemented, "there is no chatbot here")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		service.Fail(w, http.StatusBadRequest, "the question could not be read")
		return
	}
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodPost, a.agent+"/chat", bytes.NewReader(body))
	if err != nil {
		service.Fail(w, http.StatusInternalServerError, err.Error())
		return
	}
	ask.Header.Set("Authorization", r.Header.Get("Authorization"))
	reply, err := a.client.Do(ask)
	if err != nil {
		service.Fail(w, http.StatusBadGateway, "the chatbot does not answer")
		return
	}
	defer reply.Body.Close()
	w.Header().Set("Content-Type", reply.Header.Get("Content-Type"))
	w.WriteHeader(reply.StatusCode)
	if _, err := io.Copy(w, reply.Body); err != nil {
		log.Printf("the chatbot's answer broke off: %v", err)
	}
}

func answer(w http.ResponseWriter, status int, value any, err error) {
	if err != nil {
		log.Print(err)
		service.Fail(w, http.StatusInternalServerError, "the database refused: "+err.Error())
		return
	}
	service.JSON(w, status, value)
}

func missingOr(w http.ResponseWriter, found bool, err error) {
	switch {
	case err != nil:
		answer(w, 0, nil, err)
	case !found:
		service.Fail(w, http.StatusNotFound, "there is no such todo")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
