package process

import (
	"io"
	"strings"
	"testing"
)

func TestBounded_KeepsNoMoreThanItsLimit(t *testing.T) {
	for cut, fails := range map[bool]bool{true: false, false: true} {
		b := &bounded{limit: 10, cut: cut}
		_, err := io.Copy(b, io.LimitReader(endless{}, 1<<20))
		if (err != nil) != fails || b.kept.String() != strings.Repeat("x", 10) {
			t.Errorf("cut %t: kept %q, %v", cut, b.kept.String(), err)
		}
	}
	b := &bounded{limit: 10}
	if _, err := io.Copy(b, strings.NewReader("0123456789")); err != nil || b.kept.Len() != 10 {
		t.Errorf("as much as the limit: kept %q, %v", b.kept.String(), err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
