package tree

// columnCount counts characters along a line, so that each column costs only
// the way from the one before.
type columnCount struct {
	wide   bool // there are characters of several bytes
	start  int  // the line's first byte
	offset int
	count  int // characters from start to offset
}

// at is the 1-based column of offset in the line that begins at start.
func (c *columnCount) at(text string, start, offset int) int32 {
	if !c.wide {
		return int32(offset - start + 1)
	}
	if c.start != start || offset < c.offset {
		c.start, c.offset, c.count = start, start, 0
	}
	c.count += countRunes(text[c.offset:offset])
	c.offset = offset
	return int32(c.count + 1)
}
