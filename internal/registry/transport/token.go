package transport

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guard/internal/registry/credential"
)

// maxToken bounds the answer of a token service.
const maxToken = 1 << 20

// tokenAnswer is the answer of a token service.
type tokenAnswer struct {
	Token       string `json:"token"`
	AccessToken string `json:"access_token"`
	ExpiresIn   any    `json:"expires_in"` // seconds
}

// token gets an access token from the service that a challenge names.
func (c *Client) token(ctx context.Context, r Request, wanted challenge, a access, at *url.URL, held credential.Credential) (string, lifetime, error) {
	realm, err := url.Parse(wanted.params["realm"])
	if err != nil || !realm.IsAbs() {
		return "", 0, &Error{Kind: ErrInvalid, Host: r.Host, Message: "it names no token service"}
	}
	if err := c.mayVisit(r.Host, realm); err != nil {
		return "", 0, err
	}
	if !held.IsZero() && !c.mayShow(r.Host, at, realm) {
		return "", 0, &Error{Kind: ErrRefused, Host: r.Host, Message: "it wants its credential to be shown to " + Clean(realm.Host) +
			", another host; name it as its token service if you mean it"}
	}
	answer, err := c.askToken(ctx, tokenRequest(r.Host, wanted, a), realm, held)
	if err != nil {
		return "", 0, err
	}
	return readToken(r.Host, answer)
}

// tokenRequest is the query of the token specification. The registry is asked
// for the access that is needed, not for what it would like to give; only a
// server that it redirects to has names of its own.
func tokenRequest(host string, wanted challenge, a access) url.Values {
	query := url.Values{"scope": {a.scope}}
	if !a.home {
		query.Set("scope", wanted.params["scope"])
	}
	if service := wanted.params["service"]; service != "" {
		query.Set("service", service)
	}
	return query
}

// askToken asks for a token by the form that suits the credential.
func (c *Client) askToken(ctx context.Context, query url.Values, realm *url.URL, held credential.Credential) (*answer, error) {
	r := Request{Host: realm.Host, Limit: maxToken}
	at := *realm
	authorization := ""
	if held.IdentityToken != "" {
		query.Set("grant_type", "refresh_token")
		query.Set("refresh_token", held.IdentityToken)
		query.Set("client_id", "guard")
		r.Method, r.Body = http.MethodPost, []byte(query.Encode())
		r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	} else {
		both := realm.Query()
		for name, values := range query {
			both[name] = values
		}
		at.RawQuery = both.Encode()
	}
	if held.IdentityToken == "" && held.Username != "" {
		authorization = basic(held)
	}
	return c.send(ctx, r, &at, authorization)
}

// readToken reads the answer of a token service. A redirect is no answer.
func readToken(host string, a *answer) (string, lifetime, error) {
	if passing(a.status) {
		return "", 0, &statusError{a.status, retryAfter(a.header, time.Now()), "its token service: " + a.detail()}
	}
	if a.status != http.StatusOK {
		message := (&statusError{status: a.status, detail: a.detail()}).Error()
		return "", 0, &Error{Kind: ErrUnauthorized, Host: host, Message: "its token service answers " + message}
	}
	var told tokenAnswer
	if err := json.Unmarshal(a.body, &told); err != nil {
		return "", 0, &Error{Kind: ErrInvalid, Host: host, Message: "its token service answers something else than a token"}
	}
	if told.Token == "" {
		told.Token = told.AccessToken
	}
	if told.Token == "" || strings.ContainsFunc(told.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", 0, &Error{Kind: ErrInvalid, Host: host, Message: "its token service answers without a token"}
	}
	seconds, _ := told.ExpiresIn.(float64)
	return "Bearer " + told.Token, lifetimeOf(seconds), nil
}
