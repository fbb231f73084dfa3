package admission

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"guard/admission/breakglass"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/report"
)

// Bypass is that the rules were passed over for a request, and by what.
type Bypass struct {
	How    string // token, user, group or namespace
	Name   string // of what How says; of a token its id
	Reason string // of a token
	Signer string // of a token: the name of the key that has signed it
	Until  time.Time
}

// The ways past the rules.
const (
	bypassToken     = "token"
	bypassUser      = "user"
	bypassGroup     = "group"
	bypassNamespace = "namespace"
)

// bypasses are all of them, for metrics.
var bypasses = []string{bypassToken, bypassUser, bypassGroup, bypassNamespace}

// Glass is broken by a token: then what is denied is let in, and always told.
type Glass struct {
	Tokens   Tokens
	Verifier *breakglass.Verifier
	Now      func() time.Time // nil: time.Now
}

// Tokens are break-glass tokens as administrators have laid them down, where
// nobody else can.
type Tokens interface {
	// Tokens returns those that lie there now.
	Tokens(ctx context.Context) ([]breakglass.Laid, error)
}

// glassOf knows the keys of a configuration, whose files lie beside it.
func glassOf(dir fs.FS, c *config.Config, tokens Tokens) (*Glass, error) {
	b := &c.Admission.BreakGlass
	var keys []breakglass.Key
	for _, k := range b.Keys {
		text := k.PEM
		if k.File != "" {
			data, err := config.Read(dir, path.Clean(k.File))
			if err != nil {
				return nil, &config.Error{Place: k.Place, Message: fmt.Sprintf("the key %q: %v", k.Name, err)}
			}
			text = string(data)
		}
		keys = append(keys, breakglass.Key{Name: k.Name, PEM: text})
	}
	audience, longest := config.DefaultAudience, config.DefaultLifetime
	if b.Audience != "" {
		audience = b.Audience
	}
	if b.MaxLifetime > 0 {
		longest = b.MaxLifetime
	}
	verifier, err := breakglass.NewVerifier(keys, audience, longest)
	if err != nil {
		return nil, &config.Error{Place: b.Keys[0].Place, Message: "admission.break-glass.keys: " + err.Error()}
	}
	if tokens == nil {
		return nil, nil
	}
	return &Glass{Tokens: tokens, Verifier: verifier}, nil
}

// unlessBroken lets in what is denied, where a token is for it. Where there
// are tokens and none is, the audit annotation "break-glass" says why.
func (h *Handler) unlessBroken(ctx context.Context, r *Request, response Response) Response {
	if response.Allowed || h.Glass == nil {
		return response
	}
	token, why := h.Glass.find(ctx, h.use(r))
	if token == nil {
		if why != "" {
			response.Audit["break-glass"] = cut(report.Clean(why), maxAnnotation)
		}
		return response
	}
	return broken(response, token)
}

// broken lets in what was denied, and says so to everybody.
func broken(denied Response, token *breakglass.Token) Response {
	b := &Bypass{How: bypassToken, Name: report.Clean(token.ID), Reason: report.Clean(token.Reason), Signer: token.Signer, Until: token.Expires.UTC()}
	response := Response{UID: denied.UID, Allowed: true, Audit: denied.Audit, Bypass: b}
	response.Audit["decision"] = "broken-glass"
	response.Audit["break-glass"] = cut(b.String(), maxAnnotation)
	told := []string{"guard: let in by " + b.String()}
	for _, c := range denied.Causes {
		told = append(told, fmt.Sprintf("guard: would be denied: %s: %s (%s)", c.Field, c.Message, c.Rule))
	}
	if len(denied.Causes) == 0 {
		response.Audit["undecided"] = cut(denied.Message, maxAnnotation)
		told = append(told, "guard: would be denied: "+denied.Message)
	}
	response.Warnings = bounded(append(told, denied.Warnings...))
	return response
}

// String says by what the rules were passed over, for people.
func (b *Bypass) String() string {
	if b.How != bypassToken {
		return fmt.Sprintf("the exemption of the %s %s", b.How, b.Name)
	}
	return fmt.Sprintf("the break-glass token %s of %s, until %s: %s", b.Name, b.Signer, b.Until.Format(time.RFC3339), b.Reason)
}

// find looks for a token that is for a use. Why tells of all of them why they
// do not count; "" where none lies there.
func (g *Glass) find(ctx context.Context, use func() breakglass.Use) (found *breakglass.Token, why string) {
	defer func() {
		if value := recover(); value != nil {
			found, why = nil, fmt.Sprintf("an error inside of guard: %v", value)
		}
	}()
	laid, err := g.Tokens.Tokens(ctx)
	if err != nil {
		return nil, err.Error()
	}
	if len(laid) == 0 {
		return nil, ""
	}
	is, now := use(), g.now()
	var all []string
	for _, one := range laid {
		token, err := g.token(one, now)
		if err == nil {
			err = token.Covers(is)
		}
		if err == nil {
			return &token, ""
		}
		all = append(all, strings.TrimSpace(one.Name+" "+token.ID)+" does not count: "+err.Error())
	}
	return nil, strings.Join(all, "; ")
}

func (g *Glass) token(laid breakglass.Laid, now time.Time) (breakglass.Token, error) {
	if laid.Err != nil {
		return breakglass.Token{}, laid.Err
	}
	return g.Verifier.Verify(laid.Text, now)
}

func (g *Glass) now() time.Time {
	if g.Now != nil {
		return g.Now()
	}
	return time.Now()
}

// count is how many tokens count now, whoever they are for.
func (g *Glass) count(ctx context.Context) (counting int) {
	if g == nil {
		return 0
	}
	laid, err := g.Tokens.Tokens(ctx)
	if err != nil {
		return 0
	}
	for _, one := range laid {
		if _, err := g.token(one, g.now()); err == nil {
			counting++
		}
	}
	return counting
}

// use is what a request would use a token for. Images are known only where the
// object can be read as a whole.
func (h *Handler) use(r *Request) func() breakglass.Use {
	return func() breakglass.Use {
		use := breakglass.Use{User: r.User.Name, Groups: r.User.Groups, Namespace: r.Namespace}
		documents := document.Load(objectFile, r.Object, h.Documents)
		if len(documents) < 2 || slices.ContainsFunc(documents, func(d *document.Document) bool { return len(d.Unparsable)+len(d.Incomplete) > 0 }) {
			return use
		}
		for _, d := range documents {
			for _, image := range d.Images {
				use.Images = append(use.Images, image.Raw)
			}
		}
		return use
	}
}
