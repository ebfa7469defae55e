/* What a machine can do at best: memory bandwidth by a triad, and multiply-adds on numbers in registers. */
#include <omp.h>
#include <stdlib.h>

/* The machine: a[i] = b[i] + s·c[i], in bytes a second (24 a number); each thread on arrays of its own. */
double triad(long numbers, int repeats, int threads) {
    double begin = 0.0, end = 0.0;
#pragma omp parallel num_threads(threads)
    {
        double *a = malloc(8 * numbers), *b = malloc(8 * numbers), *c = malloc(8 * numbers);
        for (long i = 0; i < numbers; i++) a[i] = 0.0, b[i] = 1.0, c[i] = 2.0;
#pragma omp barrier
#pragma omp master
        begin = omp_get_wtime();
        for (int r = 0; r < repeats; r++) {
#pragma omp simd
            for (long i = 0; i < numbers; i++) a[i] = b[i] + 3.0 * c[i];
            __asm__ volatile("" : : "r"(a) : "memory");
        }
#pragma omp barrier
#pragma omp master
        end = omp_get_wtime();
        free(a), free(b), free(c);
    }
    return 24.0 * numbers * repeats * threads / (end - begin);
}

/* The machine: multiply-adds on numbers in registers, in operations a second (2 a multiply-add). */
double multiply_add(long repeats, int threads) {
    double begin = omp_get_wtime(), sum = 0.0;
#pragma omp parallel num_threads(threads) reduction(+ : sum)
    {
        double x[64];
        for (int i = 0; i < 64; i++) x[i] = i;
        for (long r = 0; r < repeats; r++)
#pragma omp simd
            for (int i = 0; i < 64; i++) x[i] = x[i] * 0.999999 + 1e-6;
        for (int i = 0; i < 64; i++) sum += x[i];
    }
    const double seconds = omp_get_wtime() - begin;
    return sum > -1 ? 128.0 * repeats * threads / seconds : 0.0;
}
