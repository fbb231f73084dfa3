package signaturetest

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/digitorus/timestamp"

	"guard/internal/registry/signature/statement"
)

// Services is an authority behind HTTP, in the shapes of Fulcio, Rekor and
// RFC 3161, and the issuer of the tokens that it believes.
type Services struct {
	authority *Authority
	issuer    *ecdsa.PrivateKey

	mu     sync.Mutex
	asked  map[string]int
	change map[string]func(http.ResponseWriter, *http.Request, http.HandlerFunc)
}

// The paths under which the services answer.
const (
	PathCertificate = "/api/v2/signingCert"
	PathEntries     = "/api/v1/log/entries"
	PathTimestamp   = "/api/v1/timestamp"
	PathToken       = "/token"
)

// Services makes the authority's services.
func (a *Authority) Services() *Services {
	return &Services{authority: a, issuer: newKey(a.t), asked: map[string]int{}, change: map[string]func(http.ResponseWriter, *http.Request, http.HandlerFunc){}}
}

// Answer lets a path be answered otherwise; the handler that is handed on is
// the right one.
func (s *Services) Answer(path string, by func(w http.ResponseWriter, r *http.Request, right http.HandlerFunc)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change[path] = by
}

// Asked tells how often a path was asked for.
func (s *Services) Asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// ServeHTTP implements http.Handler.
func (s *Services) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	right := s.handler(r.URL.Path)
	s.mu.Lock()
	s.asked[r.URL.Path]++
	change := s.change[r.URL.Path]
	s.mu.Unlock()
	if change != nil {
		change(w, r, right)
		return
	}
	right(w, r)
}

func (s *Services) handler(path string) http.HandlerFunc {
	answer := map[string]func(http.ResponseWriter, *http.Request) error{
		PathCertificate: s.certificate, PathEntries: s.entry, PathTimestamp: s.stamp, PathToken: s.token,
	}[path]
	if answer == nil {
		return http.NotFound
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if err := answer(w, r); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(object{"code": 3, "message": err.Error()})
		}
	}
}

// claims are what a token says.
type claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Workflow string `json:"job_workflow_ref,omitempty"`
	Expires  int64  `json:"exp"`
}

// Token issues a token to a workflow: "acme/shop/.github/workflows/x.yml@refs/heads/main".
func (s *Services) Token(issuer, workflow string, expires time.Time) string {
	s.authority.t.Helper()
	payload, err := json.Marshal(claims{issuer, "repo:" + workflow, "sigstore", workflow, expires.Unix()})
	must(s.authority.t, err)
	signed := encode([]byte(`{"alg":"ES256","typ":"JWT"}`)) + "." + encode(payload)
	sum := sha256.Sum256([]byte(signed))
	x, y, err := ecdsa.Sign(rand.Reader, s.issuer, sum[:])
	must(s.authority.t, err)
	return signed + "." + encode(append(x.FillBytes(make([]byte, 32)), y.FillBytes(make([]byte, 32))...))
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// believe reads a token that this issuer has made for this audience.
func (s *Services) believe(token string) (c claims, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, errors.New("no token")
	}
	made, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(made) != 64 {
		return c, errors.New("no signature")
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(&s.issuer.PublicKey, sum[:], new(big.Int).SetBytes(made[:32]), new(big.Int).SetBytes(made[32:])) {
		return c, errors.New("not by this issuer")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(payload, &c)
	}
	if err == nil && (c.Audience != "sigstore" || time.Now().After(time.Unix(c.Expires, 0))) {
		err = errors.New("of another audience, or too late")
	}
	return c, err
}

// token answers as GitHub does to a job that asks for a token, in return for
// another one.
func (s *Services) token(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("audience") != "sigstore" || r.URL.Query().Get("api-version") != "2.0" {
		return fmt.Errorf("asked for %q", r.URL.RawQuery)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return fmt.Errorf("authorised by %q", scheme)
	}
	return json.NewEncoder(w).Encode(object{"count": 1, "value": token})
}

// certificate answers as Fulcio does.
func (s *Services) certificate(w http.ResponseWriter, r *http.Request) error {
	c, err := s.believe(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return json.NewEncoder(w).Encode(object{"code": 16, "message": "There was an error processing the identity token: " + err.Error()})
	}
	var asked struct {
		PublicKeyRequest struct {
			PublicKey         struct{ Content string }
			ProofOfPossession []byte
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return err
	}
	block, _ := pem.Decode([]byte(asked.PublicKeyRequest.PublicKey.Content))
	if block == nil {
		return errors.New("no key")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return err
	}
	public, is := parsed.(*ecdsa.PublicKey)
	sum := sha256.Sum256([]byte(c.Subject))
	if !is || !ecdsa.VerifyASN1(public, sum[:], asked.PublicKeyRequest.ProofOfPossession) {
		return errors.New("the key is not shown to be held")
	}
	leaf := s.authority.certify(Holder{URI: "https://github.com/" + c.Workflow, Issuer: c.Issuer, InCertificateLog: true}, public)
	return json.NewEncoder(w).Encode(s.Chain(leaf))
}

// Chain is Fulcio's answer with a certificate.
func (s *Services) Chain(leaf *x509.Certificate) any {
	var chain []string
	for _, c := range []*x509.Certificate{leaf, s.authority.intermediate, s.authority.root} {
		chain = append(chain, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})))
	}
	return object{"signedCertificateEmbeddedSct": object{"chain": object{"certificates": chain}}}
}

// entry answers as Rekor does to a proposed entry of kind dsse.
func (s *Services) entry(w http.ResponseWriter, r *http.Request) error {
	var proposed struct {
		Kind string
		Spec struct {
			ProposedContent struct {
				Envelope  string
				Verifiers [][]byte
			}
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&proposed); err != nil {
		return err
	}
	content := proposed.Spec.ProposedContent
	if proposed.Kind != "dsse" || len(content.Verifiers) != 1 {
		return fmt.Errorf("an entry of kind %q with %d verifiers", proposed.Kind, len(content.Verifiers))
	}
	payload, made, err := opened(content.Envelope, content.Verifiers[0])
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	entry := s.authority.logEnvelope(content.Verifiers[0], []byte(content.Envelope), payload, made, time.Now())
	id := hex.EncodeToString(newID(entry.body))
	w.Header().Set("ETag", id)
	w.Header().Set("Location", PathEntries+"/"+id)
	w.WriteHeader(http.StatusCreated)
	return json.NewEncoder(w).Encode(object{id: entry.answer(s.authority)})
}

// opened gives the payload and the signature of an envelope that a
// certificate's key has signed.
func opened(envelope string, verifier []byte) (payload, made []byte, err error) {
	var e statement.Envelope
	if err := json.Unmarshal([]byte(envelope), &e); err != nil || len(e.Signatures) != 1 {
		return nil, nil, fmt.Errorf("no envelope of one signature: %w", err)
	}
	block, _ := pem.Decode(verifier)
	if block == nil {
		return nil, nil, errors.New("no certificate")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, nil, err
	}
	if payload, err = base64.StdEncoding.DecodeString(e.Payload); err != nil {
		return nil, nil, err
	}
	if made, err = base64.StdEncoding.DecodeString(e.Signatures[0].Sig); err != nil {
		return nil, nil, err
	}
	return payload, made, leaf.CheckSignature(x509.ECDSAWithSHA256, statement.Encoding(e.PayloadType, payload), made)
}

func newID(body []byte) []byte {
	sum := sha256.Sum256(append([]byte{0}, body...))
	return append(make([]byte, 8), sum[:]...)
}

// stamp answers as a timestamp authority does.
func (s *Services) stamp(w http.ResponseWriter, r *http.Request) error {
	question, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	asked, err := timestamp.ParseRequest(question)
	if err != nil {
		return err
	}
	answer, err := s.authority.clock.stamp(asked.HashedMessage, time.Now())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	w.WriteHeader(http.StatusCreated)
	_, err = w.Write(answer)
	return err
}

// Believe lets the authority believe the tokens that others issue.
func (s *Services) Believe(other *Services) { s.issuer = other.issuer }
