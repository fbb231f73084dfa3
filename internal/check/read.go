package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"guard/internal/tree"
)

// errTooLarge says that a file has more bytes than any reader takes.
var errTooLarge = fmt.Errorf("larger than %d MiB", tree.MaxBytes>>20)

// sniffed is how many bytes decide whether a file is text.
const sniffed = 8 << 10

// openRegular opens a regular file below a root. It never blocks, not even
// where a named pipe was put in the file's place after it was looked at.
func openRegular(root *os.Root, p string) (*os.File, fs.FileInfo, error) {
	f, err := root.OpenFile(p, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file but " + modeName(info.Mode()))
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// read reads a whole file; binary is true where its first bytes are no text,
// and then there is no data. A file that is too large is errTooLarge.
func (f *file) read() (data []byte, binary bool, err error) {
	if f.scope == nil {
		return f.data, false, nil
	}
	in, info, err := openRegular(f.scope.root, f.path)
	if err != nil {
		return nil, false, err
	}
	defer in.Close()
	head := make([]byte, min(info.Size()+1, sniffed))
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	head = head[:n]
	if tree.IsBinary(head) {
		return nil, true, nil
	}
	if info.Size() > tree.MaxBytes {
		return nil, false, errTooLarge
	}
	var buf bytes.Buffer
	buf.Grow(int(info.Size()) + bytes.MinRead)
	buf.Write(head)
	if _, err := io.Copy(&buf, io.LimitReader(in, tree.MaxBytes-int64(n)+1)); err != nil {
		return nil, false, err
	}
	if buf.Len() > tree.MaxBytes {
		return nil, false, errTooLarge // it grew while it was read
	}
	return buf.Bytes(), false, nil
}
