package sign_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/encrypted"

	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/signaturetest"
)

func pemOf(t *testing.T, kind string, der []byte, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// keys makes a key of every kind, in every form that is read.
func keys(t *testing.T) map[string][]byte {
	t.Helper()
	made := map[string][]byte{}
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		made[curve.Params().Name] = pemOf(t, "PRIVATE KEY", pkcs8(t, key), nil)
		der, err := x509.MarshalECPrivateKey(key)
		made[curve.Params().Name+" in its own form"] = pemOf(t, "EC PRIVATE KEY", der, err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	made["RSA"] = pemOf(t, "PRIVATE KEY", pkcs8(t, rsaKey), nil)
	made["RSA in its own form"] = pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), nil)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	made["Ed25519"] = pemOf(t, "PRIVATE KEY", pkcs8(t, edKey), err)
	return made
}

// plain makes a key that nothing special is asked of.
func plain(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf(t, "PRIVATE KEY", pkcs8(t, key), nil)
}

const password = signaturetest.CosignPassword

func giveWord(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

// encrypt writes a key as cosign does.
func encrypt(t *testing.T, kind string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := encrypted.Encrypt(pkcs8(t, key), []byte(password))
	return pemOf(t, kind, der, err)
}

func TestLoadKey_ReadsWhatCosignEncrypts(t *testing.T) {
	for _, kind := range []string{"ENCRYPTED COSIGN PRIVATE KEY", "ENCRYPTED SIGSTORE PRIVATE KEY"} {
		if _, err := sign.LoadKey(encrypt(t, kind), giveWord(password)); err != nil {
			t.Error(err)
		}
	}
}

func TestLoadKey_SaysWhatIsWrongAndNothingOfTheKey(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	locked := encrypt(t, "ENCRYPTED COSIGN PRIVATE KEY")
	const canary = "hunter2-canary"
	tests := []struct {
		name, want string
		data       []byte
		word       func() ([]byte, error)
	}{
		{"no PEM", "no key in PEM", []byte(canary), nil},
		{"a public key", `"PUBLIC KEY"`, pemOf(t, "PUBLIC KEY", []byte(canary), nil), nil},
		{"rubbish", "no private key of a known form", pemOf(t, "PRIVATE KEY", []byte(canary), nil), nil},
		{"no password", "there is no password", locked, nil},
		{"a wrong password", "the password is wrong", locked, giveWord(canary)},
		{"a password that cannot be read", "no terminal", locked, func() ([]byte, error) { return nil, errors.New("no terminal") }},
		{"a damaged file", "the password is wrong or the file is damaged", pemOf(t, "ENCRYPTED COSIGN PRIVATE KEY", []byte(canary), nil), giveWord(password)},
		{"weak RSA", "1024 bits", pemOf(t, "PRIVATE KEY", pkcs8(t, weak), nil), nil},
		{"a weak curve", "P-224", pemOf(t, "PRIVATE KEY", pkcs8(t, small), nil), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sign.LoadKey(tt.data, tt.word)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error holds a secret: %v", err)
			}
		})
	}
}

func TestKey_IsNotPrinted(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := sign.LoadKey(pemOf(t, "PRIVATE KEY", pkcs8(t, private), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		secret := strings.Trim(fmt.Sprintf(verb, []byte(private[:8])), "[]{}\"")
		shown := fmt.Sprintf(verb, loaded) + fmt.Sprintf(verb, &loaded) + fmt.Sprintf(verb, struct{ K sign.Key }{loaded})
		inside := fmt.Sprintf(verb, struct{ k sign.Key }{loaded})
		if strings.Contains(inside, secret) {
			t.Errorf("%s shows it as a part of something: %s", verb, inside)
		}
		if strings.Contains(shown, secret) || strings.Contains(shown, fmt.Sprintf(verb, []byte(public))) || strings.Contains(shown, "0x") {
			t.Errorf("%s shows %s", verb, shown)
		}
	}
}
