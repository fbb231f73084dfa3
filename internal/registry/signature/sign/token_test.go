package sign_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature/sign"
)

func jwt(claims string) string {
	return "eyJhbGciOiJFUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmF0dXJl"
}

func TestParseToken(t *testing.T) {
	at := now.Unix()
	whole := jwt(fmt.Sprintf(`{"iss":"https://issuer","sub":"me","exp":%d}`, at+60))
	token, err := sign.ParseToken([]byte(" "+whole+"\n"), now)
	if err != nil || token.Reveal() != whole {
		t.Fatalf("got %v", err)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s %q", token, struct{ T sign.Token }{token}, &token, token, []any{token}); strings.Contains(printed, whole[:10]) {
		t.Errorf("it is printed: %s", printed)
	}
	if (sign.Token{}).Reveal() != "" {
		t.Error("no token is something")
	}
	for text, says := range map[string]string{
		"": "a JWT is expected", "canary": "a JWT is expected", "a.b": "a JWT is expected", "canary.canary%.canary": "base64url", jwt("canary"): "issuer and subject",
		jwt(`{"iss":"x","exp":1}`): "issuer and subject", jwt(`{"iss":"x","sub":"y"}`): "has expired", strings.Repeat("a", 64<<10) + ".b.c": "a JWT is expected",
		jwt(fmt.Sprintf(`{"iss":"x","sub":"y","exp":%d}`, at)): "has expired at " + now.Format(time.RFC3339),
	} {
		if _, err := sign.ParseToken([]byte(text), now); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%.40q: got %v, want %q", text, err, says)
		}
	}
}
