package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Where things lie in the emulated memory. Nothing is placed below 1 MiB: see
// the note on touching memory in rom.
const (
	base    = 0x100000 // start of the memory image
	params  = base     // boot_params
	words   = base + 0x1000
	gdt     = base + 0x2000
	pml4    = base + 0x3000
	pdpt    = base + 0x4000
	pd      = base + 0x5000 // four pages
	codeSel = 0x10
	dataSel = 0x18
)

// machine writes the ROM, the memory image and Bochs' settings into dir.
func machine(dir string, vmlinux, header, rd []byte, cmd string, mem uint32) error {
	le := binary.LittleEndian
	f, err := elf.NewFile(bytes.NewReader(vmlinux))
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	var end uint64
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			end = max(end, p.Paddr+p.Memsz)
		}
	}
	rdAt := uint32(end+16<<20) &^ (1<<21 - 1)
	if uint64(rdAt)+uint64(len(rd))+64<<20 > uint64(mem) {
		return fmt.Errorf("the program needs more memory: raise ELBO_EMUL_MB")
	}
	img := make([]byte, 0x9000)
	at := func(p int) []byte { return img[p-base:] }

	zp := at(params)
	copy(zp[0x1f1:], header)
	zp[0x210] = 0xff                          // type_of_loader
	le.PutUint32(zp[0x218:], rdAt)            // ramdisk_image
	le.PutUint32(zp[0x21c:], uint32(len(rd))) // ramdisk_size
	le.PutUint32(zp[0x228:], words)           // cmd_line_ptr
	for i, e := range [][3]uint64{{0, 0x9f000, 1}, {0x9f000, 0x61000, 2}, {base, uint64(mem) - base, 1}} {
		le.PutUint64(zp[0x2d0+20*i:], e[0])
		le.PutUint64(zp[0x2d8+20*i:], e[1])
		le.PutUint32(zp[0x2e0+20*i:], uint32(e[2]))
		zp[0x1e8]++
	}
	if len(cmd) > 2047 {
		return errors.New("kernel command line too long")
	}
	copy(at(words), cmd)

	le.PutUint64(at(gdt+0x08), 0x00cf9b000000ffff) // 32-bit code
	le.PutUint64(at(gdt+codeSel), 0x00af9b000000ffff)
	le.PutUint64(at(gdt+dataSel), 0x00cf93000000ffff)
	le.PutUint64(at(pml4), pdpt|3)
	for i := range 4 {
		le.PutUint64(at(pdpt+8*i), uint64(pd+0x1000*i)|3)
	}
	for i := range 2048 {
		le.PutUint64(at(pd+8*i), uint64(i)<<21|0x83)
	}

	out, err := os.Create(filepath.Join(dir, "ram"))
	if err != nil {
		return err
	}
	defer out.Close()
	put := func(b []byte, at uint64) {
		if err == nil {
			_, err = out.WriteAt(b, int64(at-base))
		}
	}
	put(img, base)
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			put(vmlinux[p.Off:p.Off+p.Filesz], p.Paddr)
		}
	}
	put(rd, uint64(rdAt))
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	// Bochs insists on a display ROM; nothing ever runs it.
	vga := make([]byte, 2048)
	copy(vga, []byte{0x55, 0xaa, 4, 0xfd})
	if err := os.WriteFile(filepath.Join(dir, "vgarom"), vga, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "rom"), rom(mem, uint32(f.Entry)), 0o644)
}

// rom makes the boot ROM, which fills the last 64 KiB below 4 GiB.
//
// Bochs hands out its memory in blocks of 128 KiB, in the order in which they
// are first touched, but reads a memory image as one piece. So the ROM first
// reads one byte of every block, upwards from the start of the image.
func rom(mem, entry uint32) []byte {
	le := binary.LittleEndian
	const top, start = 0xffff0000, 0xfe00
	var c []byte
	b := func(v ...byte) { c = append(c, v...) }
	d := func(v uint32) { c = le.AppendUint32(c, v) }
	here := func() uint32 { return top + start + uint32(len(c)) }

	b(0xfa, 0xfc)                                           // cli; cld
	b(0xe4, 0x92, 0x0c, 0x02, 0xe6, 0x92)                   // address line 20 on
	b(0x2e, 0x66, 0x0f, 0x01, 0x16, 0xe0, 0xff)             // lgdt [cs:0xffe0]
	b(0x0f, 0x20, 0xc0, 0x0c, 0x01, 0x0f, 0x22, 0xc0)       // cr0 |= 1
	b(0x66, 0xea)                                           // jump to 32-bit code
	d(here() + 6)                                           //
	b(0x08, 0x00)                                           //
	b(0x66, 0xb8, dataSel, 0x00, 0x8e, 0xd8)                // ax = data; ds = ax
	b(0x8e, 0xc0, 0x8e, 0xd0)                               // es = ax; ss = ax
	b(0xbe)                                                 // esi = base
	d(base)                                                 //
	b(0x8a, 0x06, 0x81, 0xc6)                               // again: al = [esi]; esi += 64 KiB
	d(0x10000)                                              //
	b(0x81, 0xfe)                                           // esi < mem?
	d(mem)                                                  //
	b(0x72, 0xf0)                                           // then again
	b(0x0f, 0x20, 0xe0, 0x83, 0xc8, 0x20, 0x0f, 0x22, 0xe0) // cr4 |= PAE
	b(0xb8)                                                 // cr3 = pml4
	d(pml4)                                                 //
	b(0x0f, 0x22, 0xd8)                                     //
	b(0xb9)                                                 // EFER |= LME
	d(0xc0000080)                                           //
	b(0x0f, 0x32, 0x0d)                                     //
	d(0x100)                                                //
	b(0x0f, 0x30)                                           //
	b(0x0f, 0x20, 0xc0, 0x0d)                               // cr0 |= PG
	d(0x80000000)                                           //
	b(0x0f, 0x22, 0xc0)                                     //
	b(0xea)                                                 // jump to 64-bit code
	d(here() + 6)                                           //
	b(codeSel, 0x00)                                        //
	b(0xbe)                                                 // rsi = boot_params
	d(params)                                               //
	b(0xb8)                                                 // jump to the kernel
	d(entry)                                                //
	b(0xff, 0xe0)                                           //

	r := bytes.Repeat([]byte{0xff}, 0x10000)
	copy(r[start:], c)
	le.PutUint16(r[0xffe0:], 0x1f)
	le.PutUint32(r[0xffe2:], gdt)
	r[0xfff0] = 0xe9 // reset: jump to start
	le.PutUint16(r[0xfff1:], uint16((start-0xfff3)&0xffff))
	return r
}
