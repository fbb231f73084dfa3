package document

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// What spares texts the expression must not spare one that it would change.
func TestMayPairSecret(t *testing.T) {
	pieces := []string{
		"password", "PGPASS", "db.pw", "token", "api-key", "credentials", "secret", "name", "x", "_key", "9token",
		":", "=", " = ", ": ", "\t:", "::", "==", `"`, "'", `":"`, " ", "\n", ",", "}", "hunter2hunter2", "S3cr3tV4lue!", "é", "****",
	}
	random := rand.New(rand.NewPCG(1, 2))
	changed := 0
	for range 200_000 {
		var b strings.Builder
		for range 1 + random.IntN(9) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := b.String()
		all := redactEveryPair(text)
		if got := redactPairs(text); got != all {
			t.Fatalf("%q: %q is hidden as %q, without the look before it as %q", text, text, got, all)
		}
		if all != text {
			changed++
		}
	}
	if changed < 1000 {
		t.Errorf("only %d texts held a secret", changed)
	}
}
