package recording_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/recording"
)

// told is what a recording holds, an item a line.
func told(t *testing.T, text string) (string, error) {
	t.Helper()
	var b strings.Builder
	err := recording.Read(strings.NewReader(text), func(i recording.Item) error {
		switch {
		case i.Decision != nil:
			fmt.Fprintf(&b, "%d decision about %s\n", i.Line, i.Decision.About())
		case i.Run != nil:
			fmt.Fprintf(&b, "%d run of %s\n", i.Line, i.Run.Repository)
		case i.Object != nil:
			fmt.Fprintf(&b, "%d object %s\n", i.Line, strings.Join(strings.Fields(string(i.Object)), " "))
		case i.Lost > 0:
			fmt.Fprintf(&b, "%d lost %d\n", i.Line, i.Lost)
		default:
			reason, _, _ := strings.Cut(i.Unread, ":")
			fmt.Fprintf(&b, "%d unread, %s\n", i.Line, reason)
		}
		return nil
	})
	return b.String(), err
}

func TestRead_TellsEverythingThatIsThere(t *testing.T) {
	const decision = `{"operation":"CREATE","resource":"pods","namespace":"shop","name":"web"}`
	tests := map[string]struct{ text, want string }{
		"lines":                            {`{"recording":1,"repository":"a/b"}` + "\n" + decision + "\n\n" + `{"dropped":2}`, "1 run of a/b\n2 decision about pods/shop/web\n4 lost 2\n"},
		"a line cut off":                   {decision + "\n" + decision[:20], "1 decision about pods/shop/web\n2 unread, no JSON of guard's\n"},
		"an object with an operation":      {`{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","operation":{"sync":{}}}`, "1 object {\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Application\",\"operation\":{\"sync\":{}}}\n"},
		"an object with a text for one":    {`{"apiVersion":"example.com/v1","operation":"x","items":7}`, "1 object {\"apiVersion\":\"example.com/v1\",\"operation\":\"x\",\"items\":7}\n"},
		"a byte order mark":                {"\ufeff" + decision, "1 decision about pods/shop/web\n"},
		"line ends of Windows":             {decision + "\r\n" + decision + "\r\n", "1 decision about pods/shop/web\n2 decision about pods/shop/web\n"},
		"a list":                           {"{\"kind\": \"List\",\n\"items\": [{\"a\": 1},\n{\"a\": 2}], \"apiVersion\": \"v1\"}", "1 object {\"a\": 1}\n2 object {\"a\": 2}\n"},
		"an empty list":                    {"{\n\"apiVersion\": \"v1\", \"items\": []}", ""},
		"a list that goes on":              {"{\n\"apiVersion\": \"v1\", \"items\": [{\"a\": 1}]}\n{}", "1 object {\"a\": 1}\n1 unread, from byte 44 on it cannot be read\n"},
		"a list in which an item is wrong": {"{\n\"apiVersion\": \"v1\", \"items\": [{\"a\": 1}, nothing]}", "1 object {\"a\": 1}\n1 unread, from byte 41 on it cannot be read\n"},
		"items that are no list":           {"{\n\"apiVersion\": \"v1\", \"items\": 7}", "1 unread, from byte 32 on it cannot be read\n"},
		"an object":                        {"{\n\"apiVersion\": \"v1\",\n\"kind\": \"Pod\"}", "1 object {\"apiVersion\":\"v1\",\"kind\":\"Pod\"}\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := told(t, tt.text)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// No more of a value is held than the limit, wherever it stands.
func TestRead_IsBounded(t *testing.T) {
	large := strings.Repeat("x", 17<<20)
	for name, text := range map[string]string{
		"an object in a list": "{\n\"apiVersion\": \"v1\", \"items\": [{\"a\": 1}, \"" + large + "\"]}",
		"a member of a list":  "{\n\"apiVersion\": \"" + large + "\", \"items\": [{\"a\": 1}]}",
		"a line":              `{"operation":"CREATE"}` + "\n" + `{"operation":"` + large + `"}`,
		"spaces":              "{\n\"apiVersion\": \"v1\",\"items\": [" + strings.Repeat(" ", 40<<20),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := told(t, text)
			if err != nil || !strings.Contains(got, "unread") || len(got) > 200 {
				t.Errorf("%v: %.200s", err, got)
			}
		})
	}
}

// endless gives the same text again and again, up to a number of bytes.
type endless struct {
	text string
	left int
	at   int
}

func (e *endless) Read(into []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(into) && e.left > 0 {
		copied := copy(into[n:min(len(into), n+e.left)], e.text[e.at:])
		n, e.left, e.at = n+copied, e.left-copied, (e.at+copied)%len(e.text)
	}
	return n, nil
}

// A line of any length is read past and not held: beside the limit of a line there is
// room for no more than it grows by.
func TestRead_HoldsNoLongLine(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	text := io.MultiReader(strings.NewReader(`{"operation":"CREATE","name":"`), &endless{text: strings.Repeat("x", 4096), left: 256 << 20}, strings.NewReader("\"}\n{\"operation\":\"CREATE\",\"name\":\"web\"}\n"))
	var got []string
	err := recording.Read(text, func(i recording.Item) error {
		if i.Decision != nil {
			got = append(got, fmt.Sprintf("%d %s", i.Line, i.Decision.Name))
		} else {
			got = append(got, fmt.Sprintf("%d %s", i.Line, i.Unread))
		}
		return nil
	})
	runtime.ReadMemStats(&after)
	if want := "1 a line longer than 16 MiB|2 web"; err != nil || strings.Join(got, "|") != want {
		t.Errorf("%v: got %q, want %q", err, got, want)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 200<<20 {
		t.Errorf("%d MiB were allocated for a line that is not read", grown>>20)
	}
}

// After a million records the rest is not read, and that is told once.
func TestRead_TakesSoManyItems(t *testing.T) {
	const most = 1_000_000
	for name, text := range map[string]io.Reader{
		"a list on a line": io.MultiReader(strings.NewReader("{\"apiVersion\": \"v1\", \"items\": [{}"), &endless{text: ",{}", left: (most + 3) * len(",{}")}, strings.NewReader("]}\n{\"dropped\":1}\n")),
		"a list":           io.MultiReader(strings.NewReader("{\n\"apiVersion\": \"v1\", \"items\": [{}"), &endless{text: ",{}", left: (most + 3) * len(",{}")}, strings.NewReader("]}")),
	} {
		t.Run(name, func(t *testing.T) {
			n, last := 0, recording.Item{}
			if err := recording.Read(text, func(i recording.Item) error { n++; last = i; return nil }); err != nil {
				t.Fatal(err)
			}
			if n != most+1 || last.Unread != "more than 1000000 records: the rest was not read" {
				t.Errorf("%d items, the last %+v", n, last)
			}
		})
	}
}

// An error of who takes items ends reading, and is theirs.
func TestRead_HandsOnErrors(t *testing.T) {
	for _, text := range []string{"{\"operation\":\"CREATE\"}\n", "{\n\"apiVersion\": \"v1\", \"items\": [{}]}", "{\n\"apiVersion\": \"v1\"}"} {
		err := recording.Read(strings.NewReader(text), func(recording.Item) error { return io.ErrClosedPipe })
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"{\"operation\":\"CREATE\",\"input\":{\"object\":{}}}\n", "{\"recording\":1}\n", "{\n\"apiVersion\": \"v1\", \"items\": [{}, 1]}", "{\"dropped\":1}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		items := 0
		err := recording.Read(strings.NewReader(text), func(i recording.Item) error {
			items++
			if i.Decision == nil && i.Run == nil && i.Object == nil && i.Lost <= 0 && i.Unread == "" {
				t.Errorf("an item that says nothing in %q", text)
			}
			return nil
		})
		if err == nil != recording.Recorded([]byte(text)) && len(text) < recording.Sniffed {
			t.Errorf("%q: %v, though Recorded says otherwise", text, err)
		}
	})
}
