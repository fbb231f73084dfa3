package breakglass_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"guard/admission/breakglass"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
)

var now = time.Date(2027, 3, 4, 5, 0, 0, 0, time.UTC)

// pair is a key in the forms that the tests need.
type pair struct {
	private any
	signer  sign.Key
	public  string
	id      string
}

func newPair(t testing.TB, private any) pair {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := sign.LoadKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.PublicPEM()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := signature.ParsePublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return pair{private, key, public, signature.KeyHash(parsed)}
}

func edwards(t testing.TB) pair {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newPair(t, private)
}

func curve(t testing.TB, c elliptic.Curve) pair {
	t.Helper()
	private, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newPair(t, private)
}

func token() breakglass.Token {
	return breakglass.Token{
		ID: "t-1", Audience: "production", Users: []string{"jane"}, Groups: []string{"sre"}, Namespaces: []string{"shop"},
		Reason: "the registry is down", NotBefore: now, Expires: now.Add(time.Hour),
	}
}

func verifier(t testing.TB, keys ...pair) *breakglass.Verifier {
	t.Helper()
	var all []breakglass.Key
	for i, k := range keys {
		all = append(all, breakglass.Key{Name: fmt.Sprint("key-", i), PEM: k.public})
	}
	v, err := breakglass.NewVerifier(all, "production", 8*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func signed(t testing.TB, by pair, token breakglass.Token) string {
	t.Helper()
	text, err := breakglass.Sign(token, by.signer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What guard signs, another implementation of the standard reads, and the other
// way round, with both algorithms.
func TestToken_IsAStandardOne(t *testing.T) {
	for algorithm, key := range map[jose.SignatureAlgorithm]pair{jose.EdDSA: edwards(t), jose.ES256: curve(t, elliptic.P256())} {
		text := signed(t, key, token())
		parsed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{algorithm})
		if err != nil {
			t.Fatal(err)
		}
		public, err := signature.ParsePublicKey(key.public)
		if err != nil {
			t.Fatal(err)
		}
		claims, err := parsed.Verify(public)
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		theirs := joined(t, algorithm, key, string(claims), key.id, "guard-break-glass+jwt")
		for whose, text := range map[string]string{"guard's": text, "the other's": theirs} {
			got, err := verifier(t, edwards(t), key).Verify(text+"\n", now)
			if err != nil || got.ID != "t-1" || got.Signer != "key-1" || got.Reason != "the registry is down" || !got.Expires.Equal(now.Add(time.Hour)) {
				t.Errorf("%s, %s: %v, %+v", algorithm, whose, err, got)
			}
		}
		if got, id, err := breakglass.Inspect(text); err != nil || id != key.id || got.ID != "t-1" || got.Signer != "" {
			t.Errorf("inspect: %v %s %+v", err, id, got)
		}
	}
}

// joined signs claims by the other implementation.
func joined(t testing.TB, algorithm jose.SignatureAlgorithm, key pair, claims, id, kind string) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("kid", id)
	if kind != "" {
		options = options.WithType(jose.ContentType(kind))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key.private}, options)
	if err != nil {
		t.Fatal(err)
	}
	made, err := signer.Sign([]byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	text, err := made.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// claimed are the claims of a good token, with changes; nil takes one out.
func claimed(t testing.TB, changes map[string]any) string {
	t.Helper()
	all := map[string]any{"aud": "production", "jti": "t-1", "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(), "reason": "r", "users": []string{"jane"}, "namespaces": []string{"shop"}}
	for name, value := range changes {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestVerify_RefusesWhatIsNotAsItMustBe(t *testing.T) {
	key, other := edwards(t), edwards(t)
	good := joined(t, jose.EdDSA, key, claimed(t, nil), key.id, "guard-break-glass+jwt")
	pieces := strings.Split(good, ".")
	raw := base64.RawURLEncoding.EncodeToString
	with := func(changes map[string]any) string {
		return joined(t, jose.EdDSA, key, claimed(t, changes), key.id, "guard-break-glass+jwt")
	}
	headed := func(header string) string { return raw([]byte(header)) + "." + pieces[1] + "." + pieces[2] }
	many := make([]string, 65)
	for i := range many {
		many[i] = fmt.Sprint("n", i)
	}
	v := verifier(t, key)
	if _, err := v.Verify(good, now); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":                  {"", "compact form"},
		"two parts":                {pieces[0] + "." + pieces[1], "compact form"},
		"four parts":               {good + ".", "compact form"},
		"padding":                  {pieces[0] + "." + pieces[1] + "=." + pieces[2], "base64url"},
		"too large":                {good + strings.Repeat("A", breakglass.MaxToken), "larger than"},
		"a key of nobody":          {joined(t, jose.EdDSA, other, claimed(t, nil), other.id, "guard-break-glass+jwt"), "none of the keys"},
		"the id of another key":    {joined(t, jose.EdDSA, other, claimed(t, nil), key.id, "guard-break-glass+jwt"), "signature does not hold"},
		"another type":             {joined(t, jose.EdDSA, key, claimed(t, nil), key.id, "JWT"), "type (typ)"},
		"no type":                  {joined(t, jose.EdDSA, key, claimed(t, nil), key.id, ""), `lacks the field "typ"`},
		"no algorithm":             {headed(`{"alg":"none","kid":"` + key.id + `","typ":"guard-break-glass+jwt"}`), "algorithm (alg)"},
		"a symmetric algorithm":    {headed(`{"alg":"HS256","kid":"` + key.id + `","typ":"guard-break-glass+jwt"}`), "algorithm (alg)"},
		"another algorithm":        {headed(`{"alg":"ES256","kid":"` + key.id + `","typ":"guard-break-glass+jwt"}`), "algorithm (alg)"},
		"a key of its own":         {headed(`{"alg":"EdDSA","kid":"` + key.id + `","typ":"guard-break-glass+jwt","jwk":{}}`), "unknown field"},
		"a place of keys":          {headed(`{"alg":"EdDSA","kid":"` + key.id + `","typ":"guard-break-glass+jwt","jku":"https://x"}`), "unknown field"},
		"an extension":             {headed(`{"alg":"EdDSA","kid":"` + key.id + `","typ":"guard-break-glass+jwt","crit":["b64"],"b64":false}`), "unknown field"},
		"a field twice":            {headed(`{"alg":"EdDSA","alg":"EdDSA","kid":"` + key.id + `","typ":"guard-break-glass+jwt"}`), "its header"},
		"other claims":             {pieces[0] + "." + raw([]byte(claimed(t, map[string]any{"users": []string{"eve"}}))) + "." + pieces[2], "signature does not hold"},
		"another signature":        {pieces[0] + "." + pieces[1] + "." + raw(make([]byte, 64)), "signature does not hold"},
		"a short signature":        {pieces[0] + "." + pieces[1] + "." + raw(make([]byte, 8)), "signature does not hold"},
		"a claim that is unknown":  {with(map[string]any{"admin": true}), "unknown field"},
		"another audience":         {with(map[string]any{"aud": "staging"}), `audience "staging"`},
		"several audiences":        {with(map[string]any{"aud": []string{"production", "staging"}}), "expected a string"},
		"no id":                    {with(map[string]any{"jti": nil}), `lacks the field "jti"`},
		"an empty id":              {with(map[string]any{"jti": ""}), "no id"},
		"nobody":                   {with(map[string]any{"users": nil}), "names nobody"},
		"an empty user":            {with(map[string]any{"users": []string{""}}), "empty text"},
		"too many users":           {with(map[string]any{"users": many}), "more than 64"},
		"no namespace":             {with(map[string]any{"namespaces": []string{}}), "names no namespace"},
		"no reason":                {with(map[string]any{"reason": " "}), "no reason"},
		"no end":                   {with(map[string]any{"exp": nil}), `lacks the field "exp"`},
		"no beginning":             {with(map[string]any{"nbf": nil}), `lacks the field "nbf"`},
		"a time that is a text":    {with(map[string]any{"exp": "9999999999"}), "exp: expected a number"},
		"a fraction":               {with(map[string]any{"exp": 1804136400.5}), "whole number"},
		"an end before":            {with(map[string]any{"exp": now.Unix()}), "before it begins"},
		"a life that is too long":  {with(map[string]any{"exp": now.Add(8*time.Hour + time.Second).Unix()}), "8h0m0s is the most"},
		"a life beyond all bounds": {with(map[string]any{"exp": int64(1) << 62}), "is the most"},
		"later":                    {with(map[string]any{"nbf": now.Unix() + 1}), "counts from"},
		"over":                     {with(map[string]any{"nbf": now.Unix() - 60, "exp": now.Unix()}), "has expired"},
	} {
		if got, err := v.Verify(tt.text, now); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q; %+v", name, err, tt.want, got)
		}
	}
}

// The time counts each time, however often a token has been looked at.
func TestVerify_ATokenEnds(t *testing.T) {
	key := curve(t, elliptic.P256())
	v, text := verifier(t, key), signed(t, key, token())
	for at, counts := range map[time.Time]bool{now.Add(-time.Second): false, now: true, now.Add(time.Hour - time.Second): true, now.Add(time.Hour): false, now.Add(2 * time.Hour): false} {
		for range 2 {
			if got, err := v.Verify(text, at); (err == nil) != counts || got.ID != "t-1" {
				t.Errorf("at %s: %v, %+v", at, err, got)
			}
		}
	}
}

func TestToken_Covers(t *testing.T) {
	all, limited := token(), token()
	limited.Images = []string{"registry.example.com/a:1", "registry.example.com/b:1"}
	use := func(user, group, namespace string, images ...string) breakglass.Use {
		return breakglass.Use{User: user, Groups: []string{"system:authenticated", group}, Namespace: namespace, Images: images}
	}
	for name, tt := range map[string]struct {
		token  breakglass.Token
		use    breakglass.Use
		covers bool
	}{
		"the user":                  {all, use("jane", "x", "shop"), true},
		"the group":                 {all, use("joe", "sre", "shop"), true},
		"somebody else":             {all, use("joe", "x", "shop"), false},
		"a user named as the group": {all, use("sre", "x", "shop"), false},
		"a group named as the user": {all, use("joe", "jane", "shop"), false},
		"another case":              {all, use("Jane", "x", "shop"), false},
		"another namespace":         {all, use("jane", "x", "shop2"), false},
		"no namespace":              {all, use("jane", "x", ""), false},
		"its images":                {limited, use("jane", "x", "shop", "registry.example.com/b:1"), true},
		"one more image":            {limited, use("jane", "x", "shop", "registry.example.com/b:1", "nginx"), false},
		"images that nobody knows":  {limited, use("jane", "x", "shop"), false},
	} {
		if err := tt.token.Covers(tt.use); (err == nil) != tt.covers {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewVerifier_RefusesKeys(t *testing.T) {
	key := edwards(t)
	for name, tt := range map[string]struct {
		keys []breakglass.Key
		want string
	}{
		"no key":          {[]breakglass.Key{{Name: "a", PEM: "x"}}, "no key in PEM"},
		"another curve":   {[]breakglass.Key{{Name: "a", PEM: curve(t, elliptic.P384()).public}}, "neither of Ed25519 nor of P-256"},
		"one of them all": {[]breakglass.Key{{Name: "a", PEM: key.public}, {Name: "b", PEM: key.public}}, `"b" is the same as "a"`},
	} {
		if _, err := breakglass.NewVerifier(tt.keys, "x", time.Hour); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := breakglass.Sign(token(), curve(t, elliptic.P384()).signer); err == nil {
		t.Error("a key of P-384 has signed")
	}
	if _, err := breakglass.Sign(breakglass.Token{}, key.signer); err == nil {
		t.Error("a token that says nothing is signed")
	}
}

// A mounted Secret is links into a directory of two dots.
func TestDirectory(t *testing.T) {
	dir, at := t.TempDir(), now
	d := &breakglass.Directory{FS: os.DirFS(filepath.Join(dir, "mounted")), Now: func() time.Time { return at }}
	if laid, err := d.Tokens(t.Context()); err != nil || len(laid) != 0 {
		t.Fatalf("a directory that is missing: %v, %v", laid, err)
	}
	for _, step := range []error{
		os.MkdirAll(filepath.Join(dir, "mounted", "..data"), 0o700),
		os.WriteFile(filepath.Join(dir, "mounted", "..data", "jane"), []byte("text\n"), 0o600),
		os.Symlink("..data/jane", filepath.Join(dir, "mounted", "jane")),
		os.Symlink("..data/gone", filepath.Join(dir, "mounted", "gone")),
		os.WriteFile(filepath.Join(dir, "mounted", "large"), make([]byte, breakglass.MaxToken+2), 0o600),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if laid, _ := d.Tokens(t.Context()); len(laid) != 0 {
		t.Error("it looks all the time")
	}
	at = at.Add(time.Second)
	laid, err := d.Tokens(t.Context())
	if err != nil || len(laid) != 3 || laid[0].Err == nil || laid[1].Name != "jane" || laid[1].Text != "text\n" || laid[1].Err != nil || laid[2].Err == nil {
		t.Errorf("%v, %+v", err, laid)
	}
	crowd := fstest.MapFS{}
	for i := range 65 {
		crowd[fmt.Sprint("t", i)] = &fstest.MapFile{Data: []byte("x")}
	}
	if laid, err := (&breakglass.Directory{FS: crowd}).Tokens(t.Context()); err == nil || len(laid) != 0 {
		t.Errorf("more than are looked at: %v, %d", err, len(laid))
	}
}

func FuzzVerify(f *testing.F) {
	key := edwards(f)
	v, good := verifier(f, key), signed(f, key, token())
	f.Add(good)
	f.Add(strings.Replace(good, ".", "..", 1))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := v.Verify(text, now); err == nil && strings.TrimSpace(text) != good {
			t.Errorf("%q counts", text)
		}
		if _, _, err := breakglass.Inspect(text); err != nil && errors.Unwrap(err) == nil {
			t.Errorf("%v", err)
		}
	})
}
