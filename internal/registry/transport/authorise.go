package transport

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"

	"guard/internal/registry/credential"
)

// authorised sends a request to one server and, where that asks who is there,
// answers once. The registry itself is shown its credential. Who it redirects
// to is shown none: at most a token that everybody gets.
func (c *Client) authorised(ctx context.Context, r Request, home, at *url.URL) (*answer, error) {
	access := accessTo(r, home, at)
	shown := c.tokens.get(access)
	first, err := c.send(ctx, r, at, shown)
	if err != nil || first.status != http.StatusUnauthorized {
		return first, err
	}
	wanted, ok := pick(first.header)
	if !ok {
		return first, nil
	}
	authorization, err := c.tokens.renew(ctx, access, shown, func() (string, lifetime, error) {
		return c.meet(ctx, r, wanted, access, at)
	})
	if err != nil || authorization == "" || authorization == shown {
		return first, err
	}
	return c.send(ctx, r, at, authorization)
}

// access is what a token is for.
type access struct {
	host  string // scheme and host of the server
	home  bool   // the server is the registry that was asked
	scope string
}

func accessTo(r Request, home, at *url.URL) access {
	a := access{host: at.Scheme + "://" + joinHost(at.Hostname(), port(at)), home: sameHost(home, at)}
	a.scope = "repository:" + r.Repository + ":pull"
	if r.Push {
		a.scope += ",push"
	}
	return a
}

// meet gives what to show for a challenge; "" where there is nothing.
func (c *Client) meet(ctx context.Context, r Request, wanted challenge, a access, at *url.URL) (string, lifetime, error) {
	held, err := c.held(ctx, r, a)
	switch {
	case err != nil:
		return "", 0, err
	case held.RegistryToken != "":
		return "Bearer " + held.RegistryToken, untilTheEnd, nil
	case wanted.scheme == "bearer":
		return c.token(ctx, r, wanted, a, at, held)
	case held.Username != "":
		return basic(held), untilTheEnd, nil
	}
	return "", 0, nil
}

// held is the credential for a server: none but for the registry itself.
func (c *Client) held(ctx context.Context, r Request, a access) (credential.Credential, error) {
	if !a.home {
		return credential.Credential{}, nil
	}
	held, err := c.credentials(ctx, r.Host, r.Repository)
	if err != nil {
		return held, &Error{Kind: ErrUnauthorized, Host: r.Host, Err: err}
	}
	return held, nil
}

func basic(c credential.Credential) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.Username+":"+c.Password))
}
