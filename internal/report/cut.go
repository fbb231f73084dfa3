package report

import "strings"

// cut shortens a line of cells to so many columns, keeping the cells from
// index from up to to in sight, and puts the ellipsis where something is
// missing; a line too long loses its indentation first. It returns the line and
// the region's new indexes.
func cut(line []cell, from, to, columns int, ellipsis string) ([]cell, int, int) {
	if span(line) <= columns {
		return line, from, to
	}
	if n := min(blanks(line), from); n > 0 {
		return cut(line[n:], from-n, to-n, columns, ellipsis)
	}
	gap := cell{ellipsis, len([]rune(ellipsis))}
	first := firstKept(line, from, to, columns-2*gap.width)
	line, from, to = line[first:], from-first, to-first
	if first > 0 {
		line, from, to = append([]cell{gap}, line...), from+1, to+1
	}
	if n := fitting(line, columns-gap.width); span(line) > columns {
		line = append(line[:n:n], gap)
	}
	return line, min(from, len(line)), min(to, len(line))
}

// blanks counts the cells of white space at the start of a line.
func blanks(line []cell) int {
	for i, c := range line {
		if strings.Trim(c.text, " ") != "" {
			return i
		}
	}
	return len(line)
}

// firstKept returns the index of the first cell to show: 0 if the region fits
// from there, else a little to the left of the region.
func firstKept(line []cell, from, to, columns int) int {
	if span(line[:to]) <= columns {
		return 0
	}
	context := max(min(columns/3, columns-span(line[from:to])), 0)
	first := from
	for first > 0 && context >= line[first-1].width {
		first--
		context -= line[first].width
	}
	return first
}

// fitting returns how many cells fit into the columns.
func fitting(line []cell, columns int) int {
	for i, c := range line {
		if columns -= c.width; columns < 0 {
			return i
		}
	}
	return len(line)
}

func span(line []cell) int {
	n := 0
	for _, c := range line {
		n += c.width
	}
	return n
}
