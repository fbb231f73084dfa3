package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/config"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/transport"
)

const keylessHelp = `Without --key the holder of an identity token signs: the one in the file of
--identity-token, else that of SIGSTORE_ID_TOKEN, else the one that GitHub gives
a job with the permission id-token: write. A certificate authority says who that
is, a transparency log and a timestamp authority say when; by default these are
the public ones of Sigstore, where everybody can read the name and the digest.`

// keylessFlags are the flags for signing without a key.
type keylessFlags struct {
	token    string
	services sign.Services
	root     string
}

func (f *keylessFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.token, "identity-token", "", "the `file` of an OpenID Connect token to sign by instead of --key (SIGSTORE_ID_TOKEN holds the token itself)")
	flags.StringVar(&f.services.Fulcio, "fulcio-url", sign.PublicFulcio, "`URL` of the certificate authority")
	flags.StringVar(&f.services.Rekor, "rekor-url", sign.PublicRekor, "`URL` of the transparency log; empty for none")
	flags.StringVar(&f.services.Timestamp, "timestamp-url", sign.PublicTimestamp, "`URL` of the timestamp authority; empty for none")
	flags.StringVar(&f.root, "trusted-root", "", "the `file` of a Sigstore trusted root that the signature must hold by before it is attached")
	for _, name := range []string{"fulcio-url", "rekor-url", "timestamp-url"} {
		completeFixed(cmd, name)
	}
}

// The variables by which GitHub gives a job its token.
const (
	githubTokenURL   = "ACTIONS_ID_TOKEN_REQUEST_URL"
	githubTokenToken = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
	sigstoreToken    = "SIGSTORE_ID_TOKEN"
)

// asked tells whether there is a token to sign by.
func (f *keylessFlags) asked(w *World) bool {
	return f.token != "" || w.env(sigstoreToken) != "" || w.env(githubTokenURL) != "" && w.env(githubTokenToken) != ""
}

// keyless signs by a token.
type keyless struct {
	world    *World
	client   *transport.Client
	token    sign.Token
	services sign.Services
}

// open gets the token. The services are asked by the rules for registries, and
// never shown a credential of one.
func (f *keylessFlags) open(cmd *cobra.Command, w *World, r *registryFlags) (*keyless, error) {
	for name, address := range map[string]string{"fulcio-url": f.services.Fulcio, "rekor-url": f.services.Rekor, "timestamp-url": f.services.Timestamp} {
		if !isService(address) && (address != "" || name == "fulcio-url") {
			return nil, usagef(cmd, "--%s: expected a URL such as https://sigstore.example.com, without user, query and fragment", name)
		}
	}
	client, err := transport.New(r.transport(w))
	if err != nil {
		return nil, usagef(cmd, "%v", err)
	}
	k := &keyless{world: w, client: client, services: f.services}
	if f.root != "" {
		if k.services.TrustedRoot, err = readOutside(w, f.root); err != nil {
			return nil, usagef(cmd, "--trusted-root %s: %v", f.root, cause(err))
		}
	}
	k.token, err = f.read(cmd, w, client)
	return k, err
}

// isService tells whether an address is that of a service. Whether it may be
// asked is for the transport to say.
func isService(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// read gets the token from where it is given.
func (f *keylessFlags) read(cmd *cobra.Command, w *World, client *transport.Client) (sign.Token, error) {
	from, data := "--identity-token "+f.token, []byte(nil)
	var err error
	switch {
	case f.token != "":
		data, err = readOutside(w, f.token)
	case w.env(sigstoreToken) != "":
		from, data = sigstoreToken, []byte(w.env(sigstoreToken))
	default:
		return githubToken(cmd.Context(), w, client)
	}
	if err != nil {
		return sign.Token{}, usagef(cmd, "%s: %v", from, cause(err))
	}
	token, err := sign.ParseToken(data, w.Now())
	if err != nil {
		return sign.Token{}, usagef(cmd, "%s: %v", from, err)
	}
	return token, nil
}

// maxTokenAnswer bounds GitHub's answer, in bytes.
const maxTokenAnswer = 128 << 10

// githubToken asks GitHub for the token of the job. What the job may ask with
// is shown to that address only.
func githubToken(ctx context.Context, w *World, client *transport.Client) (sign.Token, error) {
	at, err := url.Parse(w.env(githubTokenURL))
	if err != nil {
		return sign.Token{}, errors.New(githubTokenURL + " is no URL")
	}
	query := at.Query()
	query.Set("audience", "sigstore")
	at.RawQuery = query.Encode()
	answer, err := client.Call(ctx, transport.Call{
		URL: at.String(), Authorization: "Bearer " + w.env(githubTokenToken), Limit: maxTokenAnswer, Header: http.Header{"Accept": {"application/json"}},
	})
	if err != nil {
		return sign.Token{}, fmt.Errorf("GitHub gives no identity token: %w", err)
	}
	var given struct{ Value string }
	if json.Unmarshal(answer.Body, &given) != nil {
		return sign.Token{}, errors.New("GitHub gives no identity token: " + at.Host + " does not answer in JSON")
	}
	token, err := sign.ParseToken([]byte(given.Value), w.Now())
	if err != nil {
		return sign.Token{}, fmt.Errorf("GitHub gives no identity token: %w", err)
	}
	return token, nil
}

// sign has the whole time for it, however long ago the token was asked for.
func (k *keyless) sign(ctx context.Context, image signature.Image, predicateType string, predicate []byte) (sign.Attestation, error) {
	return k.world.SignKeyless(ctx, k.client.Run(), sign.Keyless{Image: image, PredicateType: predicateType, Predicate: predicate, Token: k.token, Services: k.services})
}

// readOutside reads a file that is named relative to the working directory.
func readOutside(w *World, file string) ([]byte, error) {
	return config.Read((&setup{world: w}).outside(file), filepath.Base(file))
}
