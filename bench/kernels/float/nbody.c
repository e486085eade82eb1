/* Five bodies under gravity, 400 steps of leapfrog; the square root is Newton's, as the 440's FPU has none. */
#include "../kernels.h"

enum { BODIES = 5, STEPS = 400 };
/* Which word of a double has the exponent. */
enum { HIGH_WORD = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

struct body {
    double position[3], velocity[3], mass;
};

static struct body bodies[BODIES];

/* 1 / sqrt(value) by four Newton steps from the exponent-halving estimate. */
static double reciprocal_root(double value)
{
    union {
        double value;
        uint32_t words[2];
    } guess = {value};
    guess.words[HIGH_WORD] = 0x5fe6eb50 - (guess.words[HIGH_WORD] >> 1);
    double y = guess.value;
    for (int step = 0; step < 4; step++)
        y = y * (1.5 - 0.5 * value * y * y);
    return y;
}

static void prepare(void)
{
    for (int index = 0; index < BODIES; index++) {
        struct body *body = &bodies[index];
        double distance = index * 5.25;
        body->position[0] = distance;
        body->position[1] = distance * 0.3 - index * index * 0.5;
        body->position[2] = index & 1 ? 0.4 : -0.2;
        body->velocity[0] = 0.05 * index;
        body->velocity[1] = index ? 2.0 / (1.0 + 0.5 * index) : 0.0;
        body->velocity[2] = 0.01 * index;
        body->mass = index ? 0.001 * index : 39.5;
    }
}

static void advance(double step)
{
    for (int first = 0; first < BODIES; first++) {
        struct body *a = &bodies[first];
        for (int second = first + 1; second < BODIES; second++) {
            struct body *b = &bodies[second];
            double dx = a->position[0] - b->position[0];
            double dy = a->position[1] - b->position[1];
            double dz = a->position[2] - b->position[2];
            double inverse = reciprocal_root(dx * dx + dy * dy + dz * dz);
            double magnitude = step * inverse * inverse * inverse;
            a->velocity[0] -= dx * b->mass * magnitude;
            a->velocity[1] -= dy * b->mass * magnitude;
            a->velocity[2] -= dz * b->mass * magnitude;
            b->velocity[0] += dx * a->mass * magnitude;
            b->velocity[1] += dy * a->mass * magnitude;
            b->velocity[2] += dz * a->mass * magnitude;
        }
    }
    for (int index = 0; index < BODIES; index++)
        for (int axis = 0; axis < 3; axis++)
            bodies[index].position[axis] += step * bodies[index].velocity[axis];
}

uint32_t nbody(void)
{
    prepare();
    for (int step = 0; step < STEPS; step++)
        advance(0.01);
    double sum = 0.0;
    for (int index = 0; index < BODIES; index++)
        sum += bodies[index].position[0] + bodies[index].position[1] * bodies[index].velocity[2];
    return fold_double(sum);
}
