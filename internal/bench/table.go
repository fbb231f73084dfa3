package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// writeTable prints the results; the first is what the ratios compare with.
func writeTable(w io.Writer, results []result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "tool\twall\tCPU\tCPU against guard\tpeak memory\tviolations\t")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.2fx\t%.0f MB\t%d\t\n", r.name, seconds(r.wall), seconds(r.cpu), float64(r.cpu)/float64(results[0].cpu), float64(r.peak)/1e6, r.found)
	}
	return t.Flush()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
