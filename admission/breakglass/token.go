package breakglass

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Token says what is let in, for whom, and why.
type Token struct {
	ID         string // tells it from all others, in logs and events
	Audience   string // the clusters that it is for; a webhook knows its own
	Users      []string
	Groups     []string
	Namespaces []string
	Images     []string // as objects write them; none: any
	Reason     string
	NotBefore  time.Time
	Expires    time.Time

	Signer string // name of the key that has signed it; known once it is verified
}

// The limits of a token.
const (
	MaxToken = 8 << 10 // bytes of its text
	maxNames = 64      // of each kind
	maxName  = 512     // bytes
)

// Check tells what a token lacks, whatever the time is.
func (t *Token) Check() error {
	switch {
	case t.ID == "" || t.Audience == "":
		return errors.New("it has no id (jti) or no audience (aud)")
	case len(t.Users)+len(t.Groups) == 0:
		return errors.New("it names nobody: users or groups are needed")
	case len(t.Namespaces) == 0:
		return errors.New("it names no namespace")
	case strings.TrimSpace(t.Reason) == "":
		return errors.New("it has no reason")
	case !t.NotBefore.Before(t.Expires):
		return errors.New("it ends (exp) before it begins (nbf)")
	}
	for _, names := range [][]string{t.Users, t.Groups, t.Namespaces, t.Images, {t.ID, t.Audience, t.Reason}} {
		if len(names) > maxNames {
			return fmt.Errorf("it holds more than %d names of a kind", maxNames)
		}
		for _, name := range names {
			if name == "" || len(name) > maxName {
				return fmt.Errorf("it holds an empty text, or one of more than %d bytes", maxName)
			}
		}
	}
	return nil
}

// at tells why the token does not count at a moment.
func (t *Token) at(now time.Time) error {
	switch {
	case now.Before(t.NotBefore):
		return fmt.Errorf("it counts from %s on", t.NotBefore.UTC().Format(time.RFC3339))
	case !now.Before(t.Expires):
		return fmt.Errorf("it has expired at %s", t.Expires.UTC().Format(time.RFC3339))
	}
	return nil
}

// Use is what somebody would do by a token.
type Use struct {
	User      string
	Groups    []string
	Namespace string   // "" for what lies in none
	Images    []string // of the object, as it writes them; of none nothing is known
}

// Covers tells why a token is not for a use; nil where it is. All names are
// compared as they are.
func (t *Token) Covers(u Use) error {
	inGroup := slices.ContainsFunc(u.Groups, func(group string) bool { return slices.Contains(t.Groups, group) })
	switch {
	case !inGroup && !slices.Contains(t.Users, u.User):
		return errors.New("it is not for this user")
	case u.Namespace == "" || !slices.Contains(t.Namespaces, u.Namespace):
		return errors.New("it is not for this namespace")
	case len(t.Images) == 0:
		return nil
	case len(u.Images) == 0:
		return errors.New("it is for images, and those of the object are not known")
	case slices.ContainsFunc(u.Images, func(image string) bool { return !slices.Contains(t.Images, image) }):
		return errors.New("it is not for all images of the object")
	}
	return nil
}
