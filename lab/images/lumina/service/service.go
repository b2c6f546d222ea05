// Package service holds what Lumina's three services share: a server that ends in good order, and JSON answers.
package service

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Serve answers requests until the process is told to end, then lets running ones finish.
func Serve(address string, handler http.Handler) {
	log.SetFlags(log.LstdFlags | log.LUTC)
	server := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-stop.Done()
		grace, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			log.Printf("stopped with requests still running: %v", err)
		}
	}()
	log.Printf("listening on %s", address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-ended
}

// JSON writes a value as the answer.
func JSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Printf("an answer could not be written: %v", err)
	}
}

// Fail writes an error for whoever called.
func Fail(w http.ResponseWriter, status int, message string) {
	JSON(w, status, map[string]string{"error": message})
}

// Env gives a variable or ends the process with its name: a service without its settings must not seem healthy.
func Env(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatalf("the environment variable %s is not set", name)
	}
	return value
}

// EnvOr gives a variable or its default.
func EnvOr(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
