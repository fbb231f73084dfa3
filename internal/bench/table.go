package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// writeTable prints the results, with the ratios to guard under equal rules.
func writeTable(w io.Writer, results []result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "tool\twall\tCPU\tCPU against guard\tpeak memory\tviolations\t")
	base := results[max(0, slices.IndexFunc(results, func(r result) bool { return r.name == "guard" }))]
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.2fx\t%.0f MB\t%d\t\n", r.name, seconds(r.wall), seconds(r.cpu), float64(r.cpu)/float64(base.cpu), float64(r.peak)/1e6, r.found)
	}
	return t.Flush()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
