package document

import (
	"os"
	"path"
	"testing"

	"guard/internal/tree"
)

// BenchmarkModel measures what it takes to turn values into models.
func BenchmarkModel(b *testing.B) {
	for _, kind := range []string{"kubernetes/pod", "kubernetes/list", "kubernetes/custom", "compose/shop"} {
		b.Run(kind, func(b *testing.B) {
			text, err := os.ReadFile("testdata/" + kind + ".yaml")
			if err != nil {
				b.Fatal(err)
			}
			read := readers[path.Dir(kind)]
			l := &loader{source: tree.NewSource("x.yaml", string(text)), options: &Options{}}
			parts := tree.ParseYAML(string(text))
			b.ReportAllocs()
			for b.Loop() {
				for _, part := range parts {
					read(l, part.Root)
				}
			}
		})
	}
}
