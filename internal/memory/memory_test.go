package memory

import (
	"errors"
	"testing"
)

func TestLimit_StaysBelowWhatAContainerMayHave(t *testing.T) {
	for file, want := range map[string]int64{
		"max\n": most, "": most, "-1\n": most, "268435456\n": 214748364, "536870912\n": most, "99999999999999999999": most,
	} {
		if got := limit(allowed([]byte(file), nil)); got != want {
			t.Errorf("%q: %d, want %d", file, got, want)
		}
	}
	if got := limit(allowed(nil, errors.New("no such file"))); got != most {
		t.Errorf("no file: %d", got)
	}
}
