package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveForge starts the API of a forge and puts its address into a variable:
// forge VARIABLE DIRECTORY. It answers GET /a/b with the file a/b.json of the
// directory where the token is script-token, and says the token again where it
// is another.
func serveForge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: forge VARIABLE DIRECTORY")
	}
	dir := ts.MkAbs(args[1])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(r.URL.Path)+".json"))
		switch {
		case r.Header.Get("Authorization") != "Bearer script-token":
			w.WriteHeader(http.StatusUnauthorized)
			body = []byte(`{"message": "Bad credentials: ` + r.Header.Get("Authorization") + `"}`)
		case err != nil:
			w.WriteHeader(http.StatusNotFound)
			body = []byte(`{"message": "Not Found"}`)
		}
		_, _ = w.Write(body)
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}
