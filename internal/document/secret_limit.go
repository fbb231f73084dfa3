package document

import (
	"fmt"

	"guard/internal/tree"
)

const (
	// maxSecrets bounds the secrets of one file. Each is looked for, in all the
	// forms it can be written in, in every text that is shown of the file.
	maxSecrets = 5000
	// maxCompared is how many bytes of named secrets and of secrets of known
	// formats are compared with each other, in one file.
	maxCompared = 256 << 20
)

var tooManySecrets = fmt.Sprintf("limit exceeded: more secrets in one file than can be kept out of the report (%d); nothing of it was looked at", maxSecrets)

// full tells whether the file has so many secrets that looking for more is of
// no use: it will be withheld.
func (l *loader) full() bool { return l.named > maxSecrets || l.compared > maxCompared }

// tooMany tells whether the documents of a file hold more secrets than could
// be kept out of what is said of them.
func (l *loader) tooMany(r *redactor) bool {
	return l.full() || len(r.secrets) > maxSecrets || !r.fewPieces()
}

// fewPieces tells whether the secrets have no more parts than are looked for.
func (r *redactor) fewPieces() bool {
	count := 0
	for _, s := range r.secrets {
		if count += len(pieces(s.Value)); count > maxSecrets {
			return false
		}
	}
	return true
}

// withheld is all that is said of a file with too many secrets. It has no
// text: nobody could tell which parts of it may be shown.
func (l *loader) withheld() []*Document {
	l.source = tree.NewSource(l.source.File, "")
	whole := l.file()
	whole.addError(tree.Error{Message: tooManySecrets, Limit: true}, true)
	l.finish(whole)
	conceal([]*Document{whole}, newRedactor(nil))
	return []*Document{whole}
}
