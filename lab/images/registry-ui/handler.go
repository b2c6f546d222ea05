package main

import (
	"embed"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

//go:embed page
var files embed.FS

var page = template.Must(template.ParseFS(files, "page/index.html"))

type settings struct {
	registry *url.URL
	title    string
	pullHost string
	delete   bool
}

// readSettings takes the settings from the environment; it refuses a registry address that cannot be one.
func readSettings(env func(string) string) (settings, error) {
	address := env("NGINX_PROXY_PASS_URL")
	registry, err := url.Parse(address)
	if err != nil || (registry.Scheme != "http" && registry.Scheme != "https") || registry.Host == "" {
		return settings{}, fmt.Errorf("NGINX_PROXY_PASS_URL is %q; it has to be the registry's address, for example http://registry:5000", address)
	}
	title := env("REGISTRY_TITLE")
	if title == "" {
		title = "Container registry"
	}
	_, pullHost, found := strings.Cut(env("PULL_URL"), "://")
	if !found {
		pullHost = env("PULL_URL")
	}
	return settings{registry, title, strings.TrimSuffix(pullHost, "/"), env("DELETE_IMAGES") == "true"}, nil
}

func newHandler(settings settings) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v2/", guardDelete(settings.delete, newProxy(settings.registry)))
	mux.Handle("GET /style.css", asset("page/style.css", "text/css; charset=utf-8"))
	mux.Handle("GET /app.js", asset("page/app.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /{$}", func(response http.ResponseWriter, request *http.Request) {
		harden(response.Header())
		response.Header().Set("Content-Type", "text/html; charset=utf-8")
		values := map[string]any{"Title": settings.title, "PullHost": settings.pullHost, "Delete": settings.delete}
		if err := page.Execute(response, values); err != nil {
			log.Printf("page: %v", err)
		}
	})
	return mux
}

// newProxy passes requests on to the registry as they are: with their Authorization, their X-Forwarded headers and,
// as nginx does it for the real page, the host name that the browser used. Bodies stream both ways.
func newProxy(registry *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(proxied *httputil.ProxyRequest) {
			proxied.SetURL(registry)
			proxied.Out.Host = proxied.In.Host
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, ok := proxied.In.Header[name]; ok {
					proxied.Out.Header[name] = values
				}
			}
		},
		ErrorHandler: func(response http.ResponseWriter, request *http.Request, err error) {
			log.Printf("%s %s: %v", request.Method, request.URL.Path, err)
			response.Header().Set("Content-Type", "application/json")
			response.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(response, `{"errors":[{"code":"UNAVAILABLE","message":"the registry does not answer"}]}`)
		},
	}
}

// guardDelete refuses to delete unless that was asked for.
func guardDelete(allowed bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodDelete && !allowed {
			response.Header().Set("Content-Type", "application/json")
			response.WriteHeader(http.StatusMethodNotAllowed)
			fmt.Fprint(response, `{"errors":[{"code":"UNSUPPORTED","message":"deleting is switched off here"}]}`)
			return
		}
		next.ServeHTTP(response, request)
	})
}

func asset(name, contentType string) http.Handler {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // The file is part of the program.
	}
	return http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		harden(response.Header())
		response.Header().Set("Content-Type", contentType)
		_, _ = response.Write(content)
	})
}

// harden lets the page load nothing from elsewhere and be framed by nobody.
func harden(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-cache")
}
