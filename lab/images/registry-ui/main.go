// Registry-ui is the lab's stand-in for joxit/docker-registry-ui, whose image cannot be had there. It serves one page
// that lists what a registry holds, and passes /v2/ on to the registry, so that the browser stays on one origin and asks
// for the account itself. It understands the settings that the platform gives to the real one:
//
//	NGINX_PROXY_PASS_URL  address of the registry that /v2/ is passed on to
//	REGISTRY_TITLE        title of the page
//	PULL_URL              host name in the pull commands; the page's own host if not set
//	DELETE_IMAGES         "true" allows DELETE requests; anything else refuses them
//	SINGLE_REGISTRY       accepted; there is never more than one
//
// It keeps no state and writes nothing to disk.
package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const address = ":8080"

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	settings, err := readSettings(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Addr:    address,
		Handler: newHandler(settings),
		// No time limit on bodies: layers are large and pass through.
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	go func() {
		<-stop.Done()
		grace, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			log.Printf("stopped with requests still running: %v", err)
		}
	}()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatalf("cannot listen on %s: %v", address, err)
	}
	log.Printf("listening on %s, registry at %s", address, settings.registry.Redacted())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-stop.Done()
}
