// Frontend serves Lumina's page. The page calls /api on its own host: whoever routes sends that to the backend, so there
// is one origin and nothing to allow across origins.
//
//	PORT   default 3000
package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"

	"homelab.example/lumina/service"
)

//go:embed page
var files embed.FS

func main() {
	page, err := fs.Sub(files, "page")
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		service.JSON(w, http.StatusOK, map[string]string{"status": "healthy"})
	})
	served := http.FileServerFS(page)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		w.Header().Set("Cache-Control", "no-cache")
		served.ServeHTTP(w, r)
	})
	service.Serve(":"+service.EnvOr("PORT", "3000"), mux)
}
