module example.com/elbo/internal/emul

go 1.26
