package breakglass

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Key is who may sign tokens.
type Key struct {
	Name string // what logs and events call it
	PEM  string // public key of Ed25519 or P-256
}

// Verifier knows whose tokens count. It is safe for concurrent use.
type Verifier struct {
	audience string
	longest  time.Duration
	keys     map[string]namedKey // by the id that tokens have for it

	mu   sync.Mutex
	seen map[string]verdict // by the text of a token: what no time changes
}

type namedKey struct {
	publicKey
	name string
}

type verdict struct {
	token Token
	err   error
}

// maxSeen bounds how many tokens are remembered.
const maxSeen = 256

// NewVerifier knows tokens of an audience that one of the keys has signed, and
// that last no longer than a time. An error says which key cannot be one.
func NewVerifier(keys []Key, audience string, longest time.Duration) (*Verifier, error) {
	v := &Verifier{audience: audience, longest: longest, keys: map[string]namedKey{}, seen: map[string]verdict{}}
	for _, k := range keys {
		key, err := parseKey(k.PEM)
		if err != nil {
			return nil, fmt.Errorf("the key %q %w", k.Name, err)
		}
		if other, twice := v.keys[key.id]; twice {
			return nil, fmt.Errorf("the key %q is the same as %q", k.Name, other.name)
		}
		v.keys[key.id] = namedKey{key, k.Name}
	}
	return v, nil
}

// Verify tells what a token says, where it counts at a moment. Where it does
// not, the error says why; the token then holds what its signature proves, and
// is empty where that proves nothing.
func (v *Verifier) Verify(text string, now time.Time) (Token, error) {
	proved := v.proved(strings.TrimSpace(text))
	if proved.err != nil {
		return proved.token, proved.err
	}
	return proved.token, proved.token.at(now)
}

// proved is what no time changes about a token.
func (v *Verifier) proved(text string) verdict {
	v.mu.Lock()
	defer v.mu.Unlock()
	known, found := v.seen[text]
	if !found {
		known.token, known.err = v.prove(text)
		if len(v.seen) >= maxSeen {
			clear(v.seen)
		}
		v.seen[text] = known
	}
	return known
}

// prove believes nothing of a token before its signature.
func (v *Verifier) prove(text string) (Token, error) {
	p, err := take(text)
	if err != nil {
		return Token{}, err
	}
	key, known := v.keys[p.header.KeyID]
	switch {
	case !known:
		return Token{}, errors.New("it is signed with none of the keys of admission.break-glass.keys")
	case p.header.Algorithm != key.algorithm:
		return Token{}, fmt.Errorf("its algorithm (alg) is not %s, that of the key", key.algorithm)
	case !key.verify(p.signed, p.signature):
		return Token{}, errors.New("its signature does not hold")
	}
	token := p.claims.token()
	token.Signer = key.name
	if err := token.Check(); err != nil {
		return token, err
	}
	if token.Audience != v.audience {
		return token, fmt.Errorf("it is for the audience %q, and this is %q", token.Audience, v.audience)
	}
	if lasts := token.Expires.Sub(token.NotBefore); lasts > v.longest {
		return token, fmt.Errorf("it lasts %s, and %s is the most", lasts, v.longest)
	}
	return token, nil
}
